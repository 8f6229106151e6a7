import type { Knex } from 'knex';

/**
 * Asks the server of a client for a sign of life.
 *
 * @throws Error when it does not answer; a client whose connections are all busy is taken for alive
 */
export async function checkClient(knex: Knex): Promise<void> {
  const { pool } = knex.client;
  if (!pool || pool.numUsed() >= pool.max) return;
  await knex.raw('select 1');
}
