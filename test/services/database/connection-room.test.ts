import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { failureOf, startManager } from './test-manager';

const LIMIT = 3;

const servers = [
  {
    client: 'pg',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    createUser: (user: string) => [
      `CREATE ROLE ${user} LOGIN CREATEDB PASSWORD 'secret' CONNECTION LIMIT ${LIMIT}`,
    ],
    dropUser: (user: string) => `DROP ROLE ${user}`,
    refusal: /too many connections for role/,
  },
  {
    client: 'mysql2',
    variable: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
    createUser: (user: string) => [
      `CREATE USER '${user}'@'%' IDENTIFIED BY 'secret' WITH MAX_USER_CONNECTIONS ${LIMIT}`,
      `GRANT ALL PRIVILEGES ON \`${user}\\_%\`.* TO '${user}'@'%'`,
    ],
    dropUser: (user: string) => `DROP USER '${user}'@'%'`,
    refusal: /max_user_connections/,
  },
];

for (const { client, variable, createUser, dropUser, refusal } of servers) {
  describe(`plugins of a server of ${client} that allows few connections`, () => {
    const user = `room_${randomBytes(4).toString('hex')}`;
    const plugins = Array.from({ length: 3 * LIMIT }, (_, i) => `p${i}`);
    let admin: Knex;
    let manager: ReturnType<typeof startManager>;

    before(async function createLimitedUser() {
      const url = process.env[variable];
      if (!url) {
        this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
        this.skip();
      }
      admin = createKnex({ client, connection: url, pool: { min: 0, max: 1 } });
      for (const statement of createUser(user)) await admin.raw(statement);
      const { hostname: host, port } = new URL(url);
      const connection: JsonObject = { host, user, password: 'secret' };
      if (port) connection.port = Number(port);
      manager = startManager({
        client,
        connection,
        prefix: `${user}_`,
        plugin: {
          impatient: {
            connection: { database: `${user}_p0` },
            knexConfig: { pool: { createTimeoutMillis: 1_000 } },
          },
        },
      });
    });

    after(async () => {
      if (!admin) return;
      await manager.stop();
      for (const id of plugins) await admin.raw('DROP DATABASE IF EXISTS ??', [`${user}_${id}`]);
      await admin.raw(dropUser(user));
      await admin.destroy();
    });

    it('all start at the same time, one after the other where they must', async () => {
      await Promise.all(
        plugins.map(async id => {
          const knex = await manager.forPlugin(id).getClient();
          await knex.schema.createTable('things', table => table.integer('n'));
          await knex('things').insert({ n: 1 });
        }),
      );
      const warnings = manager.logger.lines.filter(line => line.startsWith('warn'));
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(refusal);
    });

    it('are told what to do when none becomes free', async () => {
      const knex = await manager.forPlugin('impatient').getClient();
      const holders = plugins.slice(0, LIMIT);
      const transactions = await Promise.all(
        holders.map(async id => (await manager.forPlugin(id).getClient()).transaction()),
      );
      const failure = await failureOf(knex.raw('select 1'));
      await Promise.all(transactions.map(transaction => transaction.rollback()));
      expect(failure.message).to.match(refusal);
      expect(failure.message).to.match(
        new RegExp(
          `plugin 'impatient'.* Raise the number of connections that the server allows, or lower 'backend\\.database\\.knexConfig\\.pool\\.max'$`,
        ),
      );
    });
  });
}
