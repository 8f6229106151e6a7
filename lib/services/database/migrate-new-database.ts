import type { Knex } from 'knex';

/** What is left of the configuration of a migrator once knex has put in its defaults. */
export type MigrationSettings = Knex.MigratorConfigWithLifecycleHooks & {
  tableName: string;
  migrationSource: Knex.MigrationSource<unknown>;
  loadExtensions: readonly string[];
};

type Migration = Partial<Knex.Migration> & { config?: { transaction?: boolean } };

/** Options of knex with which it shall migrate by itself. */
const SPECIAL = [
  'schemaName',
  'disableTransactions',
  'beforeAll',
  'beforeEach',
  'afterEach',
  'afterAll',
] as const;

/**
 * Runs the migrations of a PostgreSQL database in which none has run, in one transaction that makes the
 * tables of knex, too. Knex would ask fifteen questions more, to which the answers are known here, and
 * wait for the disk four times more: that is most of what a new database costs.
 *
 * @param all what `settings.migrationSource` lists
 * @returns what knex returns; undefined, without having done anything, when knex shall migrate by itself
 */
export async function migrateNewDatabase(
  knex: Knex,
  settings: MigrationSettings,
  all: unknown[],
): Promise<[number, string[]] | undefined> {
  const { client } = knex;
  const { migrationSource: source, tableName } = settings;
  if (
    client.driverName !== 'pg' ||
    client.config.wrapIdentifier ||
    client.config.postProcessResponse ||
    SPECIAL.some(key => settings[key])
  ) {
    return undefined;
  }
  const names = all.map(migration => source.getMigrationName(migration));
  const migrations = (await Promise.all(
    all.map(migration => source.getMigration(migration)),
  )) as Migration[];
  if (migrations.length === 0 || !migrations.every(isPlain)) return undefined;

  let created = false;
  try {
    return await knex.transaction(async trx => {
      await createTables(trx, tableName);
      created = true;
      const rows = [];
      for (const [i, { up }] of migrations.entries()) {
        await run(knex, names[i], () => up!(trx));
        rows.push({ name: names[i], batch: 1, migration_time: new Date() });
      }
      await trx(tableName).insert(rows);
      return [1, names];
    });
  } catch (error) {
    // Another process was faster, or a table is there already.
    if (!created) return undefined;
    throw error;
  }
}

/** Knex explains what a migration lacks. */
function isPlain({ up, down, config }: Migration): boolean {
  return typeof up === 'function' && typeof down === 'function' && config?.transaction !== false;
}

/** As knex makes them, all at once. */
async function createTables(trx: Knex.Transaction, tableName: string): Promise<void> {
  const lockTable = `${tableName}_lock`;
  const statements = [
    trx.schema.createTable(tableName, table => {
      table.increments();
      table.string('name');
      table.integer('batch');
      table.timestamp('migration_time');
    }),
    trx.schema.createTable(lockTable, table => {
      table.increments('index').primary();
      table.integer('is_locked');
    }),
    trx(lockTable).insert({ is_locked: 0 }),
  ];
  await trx.raw(statements.map(statement => statement.toQuery()).join(';\n'));
}

async function run(knex: Knex, name: string, up: () => unknown): Promise<void> {
  try {
    await up();
  } catch (error) {
    knex.client.logger.warn(`migration file "${name}" failed`);
    knex.client.logger.warn(`migration failed with error: ${(error as Error).message}`);
    throw error;
  }
}
