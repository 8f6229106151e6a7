import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { recordingLogger } from '../recording-logger';
import { startManager } from './test-manager';

const stock = createRequire(join(__dirname, '../../interop/package.json'));

/** Begins the names of all that a test creates. */
const unique = `twin_${randomBytes(5).toString('hex')}_`;

/** How a server is reached: by an address, the same one by one, and with a database that all share. */
interface Server {
  url: string;
  connection: JsonObject;
  all: string;
}

type Cases = { [name in string]: (server: Server) => JsonObject };

const postgresCases: Cases = {
  'an address': ({ url }) => ({ connection: url }),
  'an address with options': ({ url }) => ({ connection: `${url}?application_name=mine&ssl=0` }),
  'a database that does not count, and a port as text': ({ connection }) => ({
    connection: { ...connection, port: String(connection.port), database: 'template1' },
  }),
  'an application name': ({ connection }) => ({
    connection: { ...connection, application_name: 'mine' },
  }),
  'an empty application name': ({ connection }) => ({
    connection: { ...connection, application_name: '' },
  }),
  'an address beside other settings': ({ all }) => ({
    connection: { connectionString: all, application_name: 'mine' },
  }),
  'a database of the plugin': () => ({
    plugin: { catalog: { connection: { database: `${unique}own` } } },
  }),
  'an address of the plugin': ({ all }) => ({ plugin: { catalog: { connection: all } } }),
  'a client of the plugin': ({ connection }) => ({
    client: 'better-sqlite3',
    connection: ':memory:',
    plugin: {
      catalog: {
        client: 'pg',
        connection: { ...connection, application_name: 'mine', database: `${unique}all` },
        ensureExists: false,
      },
    },
  }),
  'settings of knex': () => ({
    asyncStackTraces: true,
    knexConfig: { pool: { min: 0, max: 7 }, acquireConnectionTimeout: 9_000 },
    plugin: { catalog: { knexConfig: { pool: { max: 3 }, debug: false } } },
  }),
  'a role': () => ({ role: `${unique}role` }),
  'a schema for each plugin': ({ connection }) => ({
    pluginDivisionMode: 'schema',
    connection: { ...connection, database: `${unique}all` },
    knexConfig: { pool: { max: 20 }, searchPath: ['replaced', 'public'] },
  }),
  'a schema in the database of the address': ({ all }) => ({
    pluginDivisionMode: 'schema',
    connection: all,
    ensureExists: false,
    ensureSchemaExists: true,
    knexConfig: { pool: { max: 20 } },
  }),
};

const mysqlCases: Cases = {
  'an address with a database that does not count': ({ all }) => ({ connection: all }),
  'settings one by one': ({ connection }) => ({ connection }),
  'a database and a charset of the plugin': ({ connection }) => ({
    connection,
    plugin: { catalog: { connection: { database: `${unique}own`, charset: 'latin1' } } },
  }),
  'settings of knex': ({ connection }) => ({
    connection,
    pool: { max: 5 }, // does not count
    knexConfig: { pool: { min: 0, max: 7 }, asyncStackTraces: true },
    plugin: { catalog: { knexConfig: { pool: { max: 3 } } } },
  }),
};

const sqliteCases = (folder: string): Cases => ({
  'a directory': () => ({ connection: { directory: folder } }),
  'a file of the plugin in the directory': () => ({
    connection: { directory: folder },
    plugin: { catalog: { connection: { filename: 'mine.db' } } },
  }),
  'a directory of the plugin': () => ({
    connection: { directory: folder },
    plugin: { catalog: { connection: { directory: join(folder, 'own') } } },
  }),
  'a file of the plugin beside memory': () => ({
    connection: ':memory:',
    // Taken as relative to the working directory, even if it begins with a slash.
    plugin: { catalog: { connection: { filename: relative('', join(folder, 'beside.db')) } } },
  }),
});

/** Where a client works, and how it is set. */
async function describeClient(knex: Knex, question: string) {
  const { config, connectionSettings, pool } = knex.client;
  const { debug, useNullAsDefault, asyncStackTraces, acquireConnectionTimeout } = config;
  const answer = await knex.raw(question);
  const [row] = answer.rows ?? (Array.isArray(answer[0]) ? answer[0] : answer);
  return {
    place: { ...row },
    poolMax: pool.max,
    charset: connectionSettings.charset,
    settings: { debug, useNullAsDefault, asyncStackTraces, acquireConnectionTimeout },
  };
}

describe('what stock Backstage makes of backend.database, we make of it, too', () => {
  let opened: Array<() => Promise<unknown>> = [];

  afterEach(async () => {
    for (const close of opened) await close();
    opened = [];
  });

  function stockClient(database: JsonObject): Promise<Knex> {
    const { DatabaseManager } = stock('@backstage/backend-defaults/database');
    return DatabaseManager.fromConfig(new ConfigReader({ backend: { database } }))
      .forPlugin('catalog', { logger: recordingLogger(), lifecycle: { addShutdownHook() {} } })
      .getClient();
  }

  /** What one of them writes, the other reads. */
  async function compare(database: JsonObject, question: string) {
    const theirs = await stockClient(database);
    opened.push(() => theirs.destroy());
    const manager = startManager(database);
    opened.push(() => manager.stop());
    const ours = await manager.forPlugin('catalog').getClient();

    await theirs.schema.createTable('things', table => table.string('of'));
    await theirs('things').insert({ of: 'stock' });
    expect(await ours('things')).to.deep.equal([{ of: 'stock' }]);
    expect(await describeClient(ours, question)).to.deep.equal(
      await describeClient(theirs, question),
    );
  }

  for (const { client, variable, cases, question } of [
    {
      client: 'pg',
      variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
      cases: postgresCases,
      question: `select current_database(), current_schemas(false), current_user,
        current_setting('application_name')`,
    },
    {
      client: 'mysql2',
      variable: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
      cases: mysqlCases,
      question: 'select database(), current_user()',
    },
  ]) {
    describe(`with ${client}`, () => {
      const account = `'${unique}user'@'%'`;
      let server: Server;
      let admin: Knex;

      before(async function connect() {
        const url = process.env[variable];
        if (!url) {
          this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
          this.skip();
        }
        const { hostname: host, port, username: user, password } = new URL(url);
        const all = new URL(url);
        all.pathname = `/${unique}all`;
        server = {
          url,
          connection: {
            host,
            user,
            password,
            port: Number(port || (client === 'pg' ? 5432 : 3306)),
          },
          all: String(all),
        };
        admin = createKnex({ client, connection: url, pool: { min: 0, max: 1 } });
        if (client === 'pg') {
          await admin.raw(`CREATE ROLE ${unique}role CREATEDB`);
        } else {
          // Stock Backstage refuses addresses without a password.
          await admin.raw(`CREATE USER ${account} IDENTIFIED BY 'secret'`);
          await admin.raw(`GRANT ALL PRIVILEGES ON *.* TO ${account}`);
          server.all = `mysql://${unique}user:secret@${all.host}/${unique}all`;
        }
      });

      beforeEach(() => admin.raw('CREATE DATABASE ??', [`${unique}all`]));

      afterEach(async () => {
        for (const close of opened) await close();
        opened = [];
        for (const name of ['all', 'own', 'catalog']) {
          await admin.raw('DROP DATABASE IF EXISTS ??', [`${unique}${name}`]);
        }
      });

      after(async () => {
        await admin?.raw(client === 'pg' ? `DROP ROLE ${unique}role` : `DROP USER ${account}`);
        await admin?.destroy();
      });

      for (const [name, make] of Object.entries(cases)) {
        it(name, () =>
          compare(
            { client, connection: server.connection, prefix: unique, ...make(server) },
            question,
          ),
        );
      }
    });
  }

  describe('with better-sqlite3', () => {
    const folder = mkdtempSync(join(tmpdir(), 'forklift-twin-'));

    after(() => rmSync(folder, { recursive: true }));

    for (const [name, make] of Object.entries(sqliteCases(folder))) {
      it(name, () =>
        compare({ client: 'better-sqlite3', ...make({} as Server) }, 'pragma database_list'),
      );
    }
  });

  it('takes one part of ssl from the plugin, and the rest from all', async () => {
    const database = {
      client: 'pg',
      connection: { host: 'h', ssl: { ca: 'of all', rejectUnauthorized: true } },
      plugin: { catalog: { connection: { ssl: { rejectUnauthorized: false } } } },
      ensureExists: false,
    };
    const theirs = await stockClient(database);
    const ours = await startManager(database).forPlugin('catalog').getClient();
    expect(ours.client.connectionSettings.ssl).to.deep.equal(theirs.client.connectionSettings.ssl);
    expect(ours.client.connectionSettings.ssl).to.include({ ca: 'of all' });
    await Promise.all([theirs.destroy(), ours.destroy()]);
  });
});
