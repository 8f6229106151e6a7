import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MILLIS = 30_000;
const RETRY_MILLIS = 500;

/**
 * Migrates tables that other replicas may be migrating at the same moment. They get in each other's way;
 * each tries again until one is through.
 *
 * @param migrationsTable - where knex keeps what has been done
 * @param options - `place`: whose tables they are, for the message. `release`: called after 30 seconds;
 *   true when it has taken the lock from a process that is gone
 * @throws Error that says how to go on, when somebody else has been at it for 30 seconds
 */
export async function migratePatiently<TResult>(
  migrationsTable: string,
  migrate: () => Promise<TResult>,
  options: { place?: string; release?(): Promise<boolean> } = {},
): Promise<TResult> {
  let deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    try {
      return await migrate();
    } catch (error) {
      if (!isCollision(error, migrationsTable)) throw error;
      if (Date.now() > deadline) {
        if (await options.release?.()) {
          deadline = Date.now() + PATIENCE_MILLIS;
          continue;
        }
        const place = options.place ? ` of ${options.place}` : '';
        throw new Error(
          `The table '${migrationsTable}_lock'${place} has been locked for ${PATIENCE_MILLIS / 1_000} s. If no other process is migrating, one was killed while it did: set is_locked to 0 there`,
          { cause: error },
        );
      }
      await sleep(RETRY_MILLIS);
    }
  }
}

/** Others create the tables of knex at the same moment, or have their lock. */
function isCollision(error: unknown, migrationsTable: string): boolean {
  const { name, message } = (error ?? {}) as { name?: string; message?: string };
  const text = String(message);
  return (
    name === 'MigrationLocked' ||
    /already locked|concurrently|deadlock/i.test(text) ||
    (/already exists|duplicate/i.test(text) && text.includes(migrationsTable))
  );
}
