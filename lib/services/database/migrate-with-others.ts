import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Knex } from 'knex';
import { migratePatiently } from '../migrate-patiently';
import { DatabaseError } from './database-error';

const DEFAULT_TABLE = 'knex_migrations';

/** What knex loads as a migration unless it is told otherwise. */
const EXTENSIONS = ['.co', '.coffee', '.eg', '.iced', '.js', '.cjs', '.litcoffee', '.ls', '.ts'];

/**
 * Makes `knex.migrate.latest` go well with replicas that start at the same time. It asks once whether
 * there is anything to migrate, which there seldom is; knex itself asks thirteen times, and fails while
 * another process has the lock. It waits for others that are migrating. All else is left to knex.
 */
export function migrateWithOthers(knex: Knex): void {
  const createMigrator = Object.getOwnPropertyDescriptor(knex, 'migrate')!.get!;
  Object.defineProperty(knex, 'migrate', {
    configurable: true,
    get() {
      const migrator: Knex.Migrator = createMigrator.call(knex);
      const latest = migrator.latest.bind(migrator);
      migrator.latest = async config => {
        const merged = { ...(knex.client.config.migrations as Knex.MigratorConfig), ...config };
        const migrate = async () => {
          try {
            return await latest(config);
          } catch (error) {
            if ((error as Error).name === 'MigrationLocked') await removeSpareLocks(knex, merged);
            throw error;
          }
        };
        return migratePatiently(
          merged.tableName ?? DEFAULT_TABLE,
          async () => (await batchIfDone(knex, merged)) ?? migrate(),
        );
      };
      return migrator;
    },
  });
}

/** What knex returns when nothing is left to migrate; undefined when there may be something. */
async function batchIfDone(
  knex: Knex,
  config: Knex.MigratorConfig,
): Promise<[number, string[]] | undefined> {
  const names = await namesOf(config);
  if (!names) return undefined;
  let done: Array<{ name: string; batch: number }>;
  try {
    done = await tableOf(knex, config, '').select('name', 'batch');
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    return undefined; // no such table yet, most of the time
  }
  // Knex explains migrations that are done but no longer known.
  const doneNames = new Set(done.map(({ name }) => name));
  const isSame = doneNames.size === names.length && names.every(name => doneNames.has(name));
  return isSame ? [Math.max(0, ...done.map(({ batch }) => batch)), []] : undefined;
}

/**
 * Processes that migrate a new database at the same moment each insert a lock, and knex takes more than
 * one lock for one that is taken, for ever.
 */
async function removeSpareLocks(knex: Knex, config: Knex.MigratorConfig): Promise<void> {
  const locks: Array<{ index: number }> = await tableOf(knex, config, '_lock').orderBy('index');
  const spare = locks.slice(1).map(({ index }) => index);
  if (spare.length > 0) await tableOf(knex, config, '_lock').whereIn('index', spare).delete();
}

function tableOf(knex: Knex, config: Knex.MigratorConfig, suffix: string): Knex.QueryBuilder {
  const table = knex(`${config.tableName ?? DEFAULT_TABLE}${suffix}`);
  return config.schemaName ? table.withSchema(config.schemaName) : table;
}

async function namesOf(config: Knex.MigratorConfig): Promise<string[] | undefined> {
  const extensions = [...(config.loadExtensions ?? EXTENSIONS)];
  try {
    // Knex ignores the source where a directory is given, too.
    if (config.migrationSource && !config.directory && !config.loadExtensions) {
      const all = await config.migrationSource.getMigrations(extensions);
      return all.map(migration => config.migrationSource!.getMigrationName(migration));
    }
    const directories = [config.directory ?? './migrations'].flat();
    const files = await Promise.all(directories.map(directory => readdir(directory)));
    return files.flat().filter(file => extensions.includes(extname(file)));
  } catch {
    return undefined; // knex fails in the same way, and says so
  }
}
