import type { Knex } from 'knex';
import { migratePatiently } from '../migrate-patiently';
import { DatabaseError } from './database-error';
import type { DialectClient } from './dialect-client';
import { migrateNewDatabase, type MigrationSettings } from './migrate-new-database';

const NO_SUCH_TABLE = '42P01';

/**
 * Makes `knex.migrate.latest` go well with replicas that start at the same time. It asks once whether
 * there is anything to migrate, which there seldom is; knex itself asks thirteen times, and fails while
 * another process has the lock. It waits for others that are migrating, and takes the lock of one that was
 * killed, where it can tell. All else is left to knex.
 *
 * @param place - whose database it is, for messages
 */
export function migrateWithOthers(knex: Knex, place: string): void {
  const createMigrator = Object.getOwnPropertyDescriptor(knex, 'migrate')!.get!;
  Object.defineProperty(knex, 'migrate', {
    configurable: true,
    get() {
      const migrator: Knex.Migrator = createMigrator.call(knex);
      const latest = migrator.latest.bind(migrator);
      migrator.latest = async config => {
        const settings = settingsOf(knex, config);
        let isAlone = true;
        let hasWaited = false;
        const migrate = async () => {
          try {
            return await latest(config);
          } catch (error) {
            if ((error as Error).name === 'MigrationLocked') {
              if (!hasWaited) {
                hasWaited = true;
                knex.client.logger.warn(`Waiting for another process that migrates ${place}`);
              }
              await removeSpareLocks(knex, settings);
              isAlone &&= await isAloneInDatabase(knex);
            }
            throw error;
          }
        };
        const release = async () => {
          if (!isAlone) return false;
          await tableOf(knex, settings, '_lock').update({ is_locked: 0 });
          knex.client.logger.warn(
            `Took the lock '${settings.tableName}_lock' of ${place} from a process that was killed while it migrated: nobody else has been connected for 30 s`,
          );
          return true;
        };
        return migratePatiently(
          settings.tableName,
          async () => (await migrateFast(knex, settings)) ?? migrate(),
          { place, release },
        );
      };
      return migrator;
    },
  });
}

/** What knex returns; undefined when it is left to knex. */
async function migrateFast(
  knex: Knex,
  settings: MigrationSettings,
): Promise<[number, string[]] | undefined> {
  const { migrationSource: source } = settings;
  let all: unknown[];
  let names: string[];
  try {
    all = await source.getMigrations(settings.loadExtensions);
    names = all.map(migration => source.getMigrationName(migration));
  } catch {
    return undefined; // knex fails in the same way, and says so
  }
  let done: Array<{ name: string; batch: number }>;
  try {
    done = await tableOf(knex, settings, '').select('name', 'batch');
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    return (error as { code?: string }).code === NO_SUCH_TABLE
      ? migrateNewDatabase(knex, settings, all)
      : undefined;
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
async function removeSpareLocks(knex: Knex, settings: MigrationSettings): Promise<void> {
  const locks: Array<{ index: number }> = await tableOf(knex, settings, '_lock').orderBy('index');
  const spare = locks.slice(1).map(({ index }) => index);
  if (spare.length > 0) await tableOf(knex, settings, '_lock').whereIn('index', spare).delete();
}

/**
 * Whoever migrates is connected. Only PostgreSQL tells, and only where a plugin has a pool and a database
 * of its own; elsewhere there are always others.
 */
async function isAloneInDatabase(knex: Knex): Promise<boolean> {
  const { driverName, isPoolShared, openConnections } = knex.client as DialectClient & {
    driverName: string;
  };
  if (driverName !== 'pg' || isPoolShared) return false;
  const own = Array.from(
    openConnections ?? [],
    connection => (connection as { processID?: number }).processID ?? 0,
  );
  const others = await knex('pg_catalog.pg_stat_activity')
    .where('datname', knex.raw('current_database()'))
    .whereNotNull('usesysid')
    .whereNotIn('pid', own);
  return others.length === 0;
}

function tableOf(knex: Knex, settings: MigrationSettings, suffix: string): Knex.QueryBuilder {
  const table = knex(`${settings.tableName}${suffix}`);
  return settings.schemaName ? table.withSchema(settings.schemaName) : table;
}

/** The configuration of the client and of the call, with the defaults of knex. */
function settingsOf(knex: Knex, config: Knex.MigratorConfig | undefined): MigrationSettings {
  const { getMergedConfig } =
    require('knex/lib/migrations/migrate/migrator-configuration-merger') as {
      getMergedConfig(
        config: Knex.MigratorConfig | undefined,
        current: Knex.MigratorConfig | undefined,
        logger: { warn(): void },
      ): MigrationSettings;
    };
  const silent = { warn: () => {} }; // knex merges them itself as well, and warns then
  const general = getMergedConfig(knex.client.config.migrations, undefined, silent);
  return getMergedConfig(config, general, silent);
}
