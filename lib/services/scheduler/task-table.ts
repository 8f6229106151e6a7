import type { Knex } from 'knex';
import { migratePatiently } from '../migrate-patiently';

/** The table of stock Backstage, so that its replicas, old ones and ours share their tasks. */
export const TASKS_TABLE = 'backstage_backend_tasks__tasks';

const MIGRATIONS_TABLE = 'backstage_backend_tasks__knex_migrations';

/** The names are those of stock Backstage, which applies or skips each accordingly. */
const migrations: { [name in string]: Knex.Migration } = {
  '20210928160613_init.js': {
    up: async knex =>
      knex.schema.createTable(TASKS_TABLE, table => {
        table.comment('Tasks that run on several workers');
        table.string('id').primary().notNullable();
        table.text('settings_json').notNullable();
        table.dateTime('next_run_start_at').notNullable();
        table.text('current_run_ticket').nullable();
        table.dateTime('current_run_started_at').nullable();
        table.dateTime('current_run_expires_at').nullable();
      }),
    down: async knex => knex.schema.dropTable(TASKS_TABLE),
  },
  '20240712211735_nullable_next_run.js': {
    up: async knex =>
      knex.schema.alterTable(TASKS_TABLE, table => table.setNullable('next_run_start_at')),
    down: async knex =>
      knex.schema.alterTable(TASKS_TABLE, table => table.dropNullable('next_run_start_at')),
  },
  '20250411000000_last_run.js': {
    up: async knex =>
      knex.schema.alterTable(TASKS_TABLE, table => {
        table.text('last_run_error_json', 'longtext').nullable();
        table.dateTime('last_run_ended_at').nullable();
      }),
    down: async knex =>
      knex.schema.alterTable(TASKS_TABLE, table =>
        table.dropColumns('last_run_error_json', 'last_run_ended_at'),
      ),
  },
};

const migrationConfig: Knex.MigratorConfig = {
  tableName: MIGRATIONS_TABLE,
  migrationSource: {
    getMigrations: async () => Object.keys(migrations),
    getMigrationName: (name: string) => name,
    getMigration: async (name: string) => migrations[name],
  } satisfies Knex.MigrationSource<string>,
  // A newer version may have added to the table.
  disableMigrationsListValidation: true,
};

/**
 * Creates the table of tasks where there is none. One that an older version made stays as it is: that
 * version refuses to start on anything newer, and going back to it must remain possible.
 */
export async function createTasksTable(knex: Knex): Promise<void> {
  await migratePatiently(MIGRATIONS_TABLE, async () => {
    if (!(await knex.schema.hasTable(TASKS_TABLE))) await knex.migrate.latest(migrationConfig);
  });
}

/** Makes room for tasks that only run when triggered, which the first version of the table has not. */
export async function allowManualTasks(knex: Knex): Promise<void> {
  const name = '20240712211735_nullable_next_run.js';
  await migratePatiently(MIGRATIONS_TABLE, async () => {
    const done = await knex(MIGRATIONS_TABLE).where({ name }).first('name');
    if (!done) await knex.migrate.up({ ...migrationConfig, name } as Knex.MigratorConfig);
  });
}

/** True when the table keeps how the last run of a task ended. */
export async function keepsLastRun(knex: Knex): Promise<boolean> {
  return knex.schema.hasColumn(TASKS_TABLE, 'last_run_ended_at');
}
