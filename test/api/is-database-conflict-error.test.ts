import { isDatabaseConflictError } from '../../lib/api';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomUUID } from 'node:crypto';

const servers = [
  {
    name: 'SQLite',
    config: { client: 'better-sqlite3', connection: ':memory:', useNullAsDefault: true },
  },
  {
    name: 'PostgreSQL',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    config: { client: 'pg' },
  },
  {
    name: 'MySQL',
    variable: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
    config: { client: 'mysql2' },
  },
];

describe('isDatabaseConflictError', () => {
  for (const { name, variable, config } of servers) {
    it(`recognises a row that is there already in ${name}`, async function test() {
      const connection = variable ? process.env[variable] : ':memory:';
      if (!connection) {
        this.test!.title += ` (skipped: ${variable} is not set)`;
        this.skip();
      }
      const knex = createKnex({ ...config, connection } as Knex.Config);
      const table = `conflict_${randomUUID().replaceAll('-', '')}`;
      try {
        await knex.schema.createTable(table, columns => columns.string('id', 40).primary());
        await knex(table).insert({ id: 'a' });
        const failure = await knex(table)
          .insert({ id: 'a' })
          .then(
            () => undefined,
            error => error,
          );
        expect(isDatabaseConflictError(failure)).to.equal(true);
        const other = await knex('no_such_table').then(
          () => undefined,
          error => error,
        );
        expect(isDatabaseConflictError(other)).to.equal(false);
      } finally {
        await knex.schema.dropTableIfExists(table);
        await knex.destroy();
      }
    });
  }

  it('takes anything for an answer of no', () => {
    for (const value of [undefined, null, 'unique constraint', 7, {}, new Error('other')]) {
      expect(isDatabaseConflictError(value)).to.equal(false);
    }
  });
});
