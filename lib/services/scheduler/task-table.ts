import type { Knex } from 'knex';

/** The table of stock Backstage, so that its replicas, old ones and ours share their tasks. */
export const TASKS_TABLE = 'backstage_backend_tasks__tasks';

/** Where knex, and so stock Backstage, notes which changes of the table are done. */
const MIGRATIONS_TABLE = 'backstage_backend_tasks__knex_migrations';
const LOCK_TABLE = `${MIGRATIONS_TABLE}_lock`;

const NULLABLE_NEXT_RUN = '20240712211735_nullable_next_run.js';
const MIGRATIONS = ['20210928160613_init.js', NULLABLE_NEXT_RUN, '20250411000000_last_run.js'];

/**
 * Creates the table of tasks where there is none. One that an older version made stays as it is: that
 * version refuses to start on anything newer, and going back to it must remain possible.
 */
export async function createTasksTable(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable(TASKS_TABLE)) return;
  await alone(knex, async trx => {
    if (await trx.schema.hasTable(TASKS_TABLE)) return;
    await createMigrationTables(trx);
    await noteMigrations(trx, MIGRATIONS);
    // Last, since MySQL cannot undo the steps before when the process ends between them.
    await trx.schema.createTable(TASKS_TABLE, table => {
      table.comment('Tasks that run on several workers');
      table.string('id').primary().notNullable();
      table.text('settings_json').notNullable();
      table.dateTime('next_run_start_at').nullable();
      table.text('current_run_ticket').nullable();
      table.dateTime('current_run_started_at').nullable();
      table.dateTime('current_run_expires_at').nullable();
      table.text('last_run_error_json', 'longtext').nullable();
      table.dateTime('last_run_ended_at').nullable();
    });
  });
}

/** Makes room for tasks that only run when triggered, which the first version of the table has not. */
export async function allowManualTasks(knex: Knex): Promise<void> {
  const isDone = async (db: Knex) =>
    (await db(MIGRATIONS_TABLE).where({ name: NULLABLE_NEXT_RUN }).first('name')) !== undefined;
  if (await isDone(knex)) return;
  await alone(knex, async trx => {
    if (await isDone(trx)) return;
    await trx.schema.alterTable(TASKS_TABLE, table => table.setNullable('next_run_start_at'));
    await noteMigrations(trx, [NULLABLE_NEXT_RUN]);
  });
}

/** True when the table keeps how the last run of a task ended. */
export async function keepsLastRun(knex: Knex): Promise<boolean> {
  return knex.schema.hasColumn(TASKS_TABLE, 'last_run_ended_at');
}

/** As knex makes them. */
async function createMigrationTables(trx: Knex): Promise<void> {
  if (!(await trx.schema.hasTable(LOCK_TABLE))) {
    await trx.schema.createTable(LOCK_TABLE, table => {
      table.increments('index').primary();
      table.integer('is_locked');
    });
    await trx(LOCK_TABLE).insert({ is_locked: 0 });
  }
  if (!(await trx.schema.hasTable(MIGRATIONS_TABLE))) {
    await trx.schema.createTable(MIGRATIONS_TABLE, table => {
      table.increments();
      table.string('name');
      table.integer('batch');
      table.timestamp('migration_time');
    });
  }
}

async function noteMigrations(trx: Knex, names: string[]): Promise<void> {
  const done = await trx(MIGRATIONS_TABLE).select<Array<{ name: string; batch: number }>>('*');
  const batch = Math.max(0, ...done.map(row => row.batch)) + 1;
  const missing = names.filter(name => !done.some(row => row.name === name));
  if (missing.length === 0) return;
  await trx(MIGRATIONS_TABLE).insert(
    missing.map(name => ({ name, batch, migration_time: new Date() })),
  );
}

/** Runs the work in one process at a time: replicas that start together would get in each other's way. */
async function alone(knex: Knex, work: (trx: Knex) => Promise<void>): Promise<void> {
  const client = String(knex.client.config.client);
  await knex.transaction(async trx => {
    if (client.includes('mysql')) {
      await trx.raw('select get_lock(?, 60)', [TASKS_TABLE]);
    } else if (!client.includes('sqlite3')) {
      await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [TASKS_TABLE]);
    }
    try {
      await work(trx);
    } finally {
      if (client.includes('mysql')) await trx.raw('select release_lock(?)', [TASKS_TABLE]);
    }
  });
}
