import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '../../api';
import { codeOf } from './database-error';
import type { DialectClient } from './dialect-client';

/** Longer than replicas keep connections that they do not use. */
const PATIENCE_MILLIS = 15_000;
const RETRY_MILLIS = 100;

/** A connection that was used more recently may be between two statements of a migration. */
const IDLE_MILLIS = 100;

const WARN_EVERY_MILLIS = 60_000;

/** The server, the database or the user has as many connections as it may have. */
const fullCodes = new Set(['53300', 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS']);

/** True when the server refused a connection because there are too many. */
export function isServerFull(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return (
    fullCodes.has(code) ||
    // This code has limits per hour, too.
    (code === 'ER_USER_LIMIT_REACHED' && String(error).includes("'max_user_connections'"))
  );
}

/**
 * Lets all plugins start on a server that allows fewer connections than there are plugins: whoever is
 * refused closes what the others do not use, and tries again.
 */
export class ConnectionRoom {
  readonly #clients = new Set<DialectClient>();
  readonly #logger: LoggerService | undefined;
  #warnedAt = -Infinity;

  constructor(logger?: LoggerService) {
    this.#logger = logger;
  }

  /** Makes the idle connections of a client closable. */
  add(client: DialectClient): void {
    this.#clients.add(client);
  }

  /**
   * Opens a connection, for which it waits up to 15 seconds while the server has no room, and up to half
   * of the time that the pool of the client gives it.
   *
   * @throws the error of the driver
   */
  async open<TConnection>(
    connect: () => Promise<TConnection>,
    client?: DialectClient,
  ): Promise<TConnection> {
    const patience = Math.min(PATIENCE_MILLIS, (client?.pool?.createTimeoutMillis ?? Infinity) / 2);
    const deadline = Date.now() + patience;
    for (;;) {
      try {
        return await connect();
      } catch (error) {
        const isClosed = client && !client.pool;
        if (!isServerFull(error) || isClosed || Date.now() > deadline) throw error;
        this.#warn(error as Error);
        this.#closeIdle();
        await sleep(RETRY_MILLIS * (0.5 + Math.random()));
      }
    }
  }

  #closeIdle(): void {
    const pools = new Set(Array.from(this.#clients, ({ pool }) => pool));
    for (const pool of pools) {
      if (!pool) continue;
      const { idleTimeoutMillis } = pool;
      pool.idleTimeoutMillis = IDLE_MILLIS;
      pool.check(); // closes all that have been idle for so long, down to `min`
      pool.idleTimeoutMillis = idleTimeoutMillis;
    }
  }

  #warn({ message }: Error): void {
    if (Date.now() - this.#warnedAt < WARN_EVERY_MILLIS) return;
    this.#warnedAt = Date.now();
    this.#logger?.warn(
      `The database server allows no more connections (${message}), plugins wait for each other. ` +
        `Raise its limit, or with PostgreSQL set 'backend.database.pluginDivisionMode' to 'schema', where plugins share connections`,
    );
  }
}
