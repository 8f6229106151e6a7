import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { eventually } from '../eventually';
import { failureOf, startManager } from './test-manager';

const variable = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';

describe('DatabaseManager on PostgreSQL', () => {
  let url: string;
  let admin: Knex;
  /** Begins the names of all that a test creates. */
  let unique: string;
  let started: Array<{ stop(): Promise<void> }> = [];

  before(function skipWithoutServer() {
    if (!process.env[variable]) {
      this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
      this.skip();
    }
    url = process.env[variable];
    admin = createKnex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  });

  beforeEach(() => {
    unique = `forklift_${randomBytes(5).toString('hex')}_`;
  });

  afterEach(async () => {
    for (const manager of started) await manager.stop();
    started = [];
    for (const { datname } of await admin('pg_database').where('datname', 'like', `${unique}%`)) {
      await admin.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
    }
    for (const { rolname } of await admin('pg_roles').where('rolname', 'like', `${unique}%`)) {
      await admin.raw('DROP ROLE ??', [rolname]);
    }
  });

  after(() => admin?.destroy());

  function start(database: JsonObject = {}) {
    const manager = startManager({ client: 'pg', connection: url, prefix: unique, ...database });
    started.push(manager);
    return manager;
  }

  async function createRole(name: string, rights = '') {
    await admin.raw(`CREATE ROLE ?? LOGIN ${rights}`, [name]);
    const { hostname: host, port } = new URL(url);
    return { host, port: Number(port || 5432), user: name };
  }

  it('creates the database of a plugin, with the prefix and under its own name', async () => {
    const knex = await start().forPlugin('catalog').getClient();
    const { rows } = await knex.raw(
      "select current_database() as name, current_setting('application_name') as application",
    );
    expect(rows[0]).to.deep.equal({
      name: `${unique}catalog`,
      application: 'backstage_plugin_catalog',
    });
  });

  it('creates each database once when replicas start together', async () => {
    const plugins = ['a', 'b', 'c', 'd', 'e'];
    const replicas = [start(), start(), start()];
    const clients = await Promise.all(
      replicas.flatMap(replica => plugins.map(id => replica.forPlugin(id).getClient())),
    );
    await Promise.all(clients.map(client => client.raw('select 1')));
  });

  it('connects only when there is a query, and closes connections that nobody uses', async () => {
    const manager = start({
      knexConfig: { pool: { idleTimeoutMillis: 50, reapIntervalMillis: 50 } },
    });
    const knex = await manager.forPlugin('catalog').getClient();
    const connections = async () =>
      Number(
        (
          await admin('pg_stat_activity')
            .where({ datname: `${unique}catalog` })
            .count()
        )[0].count,
      );
    expect(await connections()).to.equal(0);
    await knex.raw('select 1');
    await eventually(async () => expect(await connections()).to.equal(0));
  });

  it('lets the configuration keep connections', async () => {
    const manager = start({ plugin: { catalog: { knexConfig: { pool: { min: 1, max: 3 } } } } });
    const { pool } = (await manager.forPlugin('catalog').getClient()).client;
    expect([pool.min, pool.max]).to.deep.equal([1, 3]);
  });

  it('passes settings of knex in the section itself on, weaker than those in knexConfig', async () => {
    const manager = start({
      useNullAsDefault: true,
      searchPath: ['pg_catalog', 'public'],
      pool: { min: 0, max: 3, idleTimeoutMillis: 700 },
      acquireConnectionTimeout: 1234,
      knexConfig: { pool: { max: 4 } },
      plugin: { special: { knexConfig: { pool: { max: 5 }, useNullAsDefault: false } } },
    });
    const [common, special] = await Promise.all(
      ['common', 'special'].map(id => manager.forPlugin(id).getClient()),
    );
    for (const [knex, max, useNullAsDefault] of [
      [common, 4, true],
      [special, 5, false],
    ] as const) {
      expect(knex.client.pool).to.include({ max, idleTimeoutMillis: 700 });
      expect(knex.client.config).to.include({ useNullAsDefault, acquireConnectionTimeout: 1234 });
      expect(knex.client.config).not.to.have.any.keys('prefix', 'plugin', 'knexConfig');
      const { rows } = await knex.raw('show search_path');
      expect(rows).to.deep.equal([{ search_path: 'pg_catalog, public' }]);
    }
  });

  it('gives plugins their own database, user and options', async () => {
    const own = await createRole(`${unique}owner`);
    await admin.raw('CREATE DATABASE ?? OWNER ??', [`${unique}special`, `${unique}owner`]);
    const manager = start({
      plugin: {
        catalog: { connection: { ...own, database: `${unique}special` }, ensureExists: false },
      },
    });
    const knex = await manager.forPlugin('catalog').getClient();
    const { rows } = await knex.raw('select current_database() as name, current_user as user');
    expect(rows[0]).to.deep.equal({ name: `${unique}special`, user: `${unique}owner` });
  });

  it('works as the configured role', async () => {
    await createRole(`${unique}group`, 'CREATEDB');
    const knex = await start({ role: `${unique}group` })
      .forPlugin('catalog')
      .getClient();
    await knex.schema.createTable('things', table => table.integer('id'));
    const { tableowner } = await knex('pg_tables')
      .where({ tablename: 'things' })
      .first('tableowner');
    expect(tableowner).to.equal(`${unique}group`);
  });

  describe('with a schema per plugin', () => {
    it('creates the schemas in one database', async () => {
      await admin.raw('CREATE DATABASE ??', [`${unique}all`]);
      const manager = start({
        pluginDivisionMode: 'schema',
        connection: `${url.replace(/\/[^/]*$/, '')}/${unique}all`,
      });
      const [a, b] = [
        await manager.forPlugin('a').getClient(),
        await manager.forPlugin('b').getClient(),
      ];
      await a.schema.createTable('things', table => table.integer('id'));
      await b.schema.createTable('things', table => table.integer('id'));
      const tables = await a('pg_tables').where({ tablename: 'things' }).orderBy('schemaname');
      expect(tables.map(table => table.schemaname)).to.deep.equal(['a', 'b']);
      const { rows } = await b.raw('select current_database() as name, current_schema() as schema');
      expect(rows[0]).to.deep.equal({ name: `${unique}all`, schema: 'b' });
    });

    it('refuses names that PostgreSQL would cut off', async () => {
      const manager = start({ pluginDivisionMode: 'schema', schemaPrefix: 'x'.repeat(60) });
      expect((await failureOf(manager.forPlugin('catalog').getClient())).message).to.match(
        /plugin 'catalog' is longer than the 63 bytes/,
      );
    });
  });

  describe('says what is wrong', () => {
    it('when the server cannot be reached', async () => {
      const manager = start({
        connection: { host: '127.0.0.1', port: 1, user: 'u', password: 'hidden' },
      });
      const failure = await failureOf(manager.forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        new RegExp(
          `^Failed to connect to the database to make sure that '${unique}catalog' exists, connect ECONNREFUSED 127\\.0\\.0\\.1:1 \\(plugin 'catalog', pg at 127\\.0\\.0\\.1:1, .*user 'u', configured at 'backend\\.database\\.connection'\\)\\. Check that the database server is running`,
        ),
      );
      expect(failure.message).not.to.include('hidden');
      expect(failure.code).to.equal('ECONNREFUSED');
    });

    it('once for fifty plugins, without trying fifty times', async () => {
      const manager = start({ connection: { host: '127.0.0.1', port: 1 } });
      const begin = Date.now();
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => failureOf(manager.forPlugin(`p${i}`).getClient())),
      );
      expect(Date.now() - begin).to.be.lessThan(3_000);
    });

    it('when the host does not exist', async () => {
      const manager = start({ connection: { host: 'no-such-host.invalid' } });
      const failure = await failureOf(manager.forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        /(ENOTFOUND|EAI_AGAIN).*Check the host name in 'backend\.database\.connection'/,
      );
    });

    it('when the user does not exist', async () => {
      const manager = start({
        connection: { ...(await createRole(`${unique}u`)), user: `${unique}x` },
      });
      const failure = await failureOf(manager.forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        /Check user and password in 'backend\.database\.connection'/,
      );
    });

    it('when the user may not create databases', async () => {
      const manager = start({ connection: await createRole(`${unique}weak`) });
      const failure = await failureOf(manager.forPlugin('catalog').getClient());
      expect(failure.message).to.include(`Run \`ALTER ROLE "${unique}weak" CREATEDB\``);
    });

    it('when the user may not use the role, or there is no such role', async () => {
      const connection = await createRole(`${unique}weak`);
      await createRole(`${unique}group`, 'CREATEDB');
      const refusal = async (role: string) =>
        (await failureOf(start({ connection, role }).forPlugin('catalog').getClient())).message;
      expect(await refusal(`${unique}group`)).to.include(
        `Run \`GRANT "${unique}group" TO "${unique}weak"\``,
      );
      expect(await refusal(`${unique}nobody`)).to.include(
        `Run \`CREATE ROLE "${unique}nobody"; GRANT "${unique}nobody" TO "${unique}weak"\``,
      );
    });

    it('when the user may not give the database to the role of the plugin', async () => {
      const connection = await createRole(`${unique}creator`, 'CREATEDB');
      await createRole(`${unique}owner`);
      const manager = start({ connection, plugin: { catalog: { role: `${unique}owner` } } });
      expect((await failureOf(manager.forPlugin('catalog').getClient())).message).to.include(
        `Run \`GRANT "${unique}owner" TO "${unique}creator"\``,
      );
    });

    it('when the user may not connect to the database', async () => {
      const connection = await createRole(`${unique}weak`);
      await start().forPlugin('catalog').getClient();
      await admin.raw('REVOKE CONNECT ON DATABASE ?? FROM PUBLIC', [`${unique}catalog`]);
      const knex = await start({ connection, ensureExists: false })
        .forPlugin('catalog')
        .getClient();
      expect((await failureOf(knex.raw('select 1'))).message).to.include(
        `Run \`GRANT CONNECT ON DATABASE "${unique}catalog" TO "${unique}weak"\``,
      );
    });

    it('when the user may not create the schema', async () => {
      const weak = await createRole(`${unique}weak`);
      await admin.raw('CREATE DATABASE ??', [`${unique}all`]);
      const manager = start({
        pluginDivisionMode: 'schema',
        connection: { ...weak, database: `${unique}all` },
      });
      expect((await failureOf(manager.forPlugin('catalog').getClient())).message).to.include(
        `Run \`GRANT CREATE ON DATABASE "${unique}all" TO "${unique}weak"\`, or \`CREATE SCHEMA "catalog" AUTHORIZATION "${unique}weak"\``,
      );
    });

    it('in the log, before the plugin creates tables where it may not', async () => {
      const weak = await createRole(`${unique}weak`);
      const owner = await start().forPlugin('catalog').getClient();
      const warnings = async (database: JsonObject) => {
        const manager = start({ connection: weak, ensureExists: false, ...database });
        await (await manager.forPlugin('catalog').getClient()).raw('select 1');
        return manager.logger.lines.join();
      };
      expect(await warnings({})).to.include(
        `warn: The database user '${unique}weak' of plugin 'catalog' cannot create tables in schema 'public' of database '${unique}catalog', as its migrations may want to. If so, run \`GRANT CREATE ON SCHEMA "public" TO "${unique}weak"\``,
      );
      await owner.raw('REVOKE ALL ON SCHEMA public FROM PUBLIC');
      expect(await warnings({})).to.include(
        `GRANT USAGE, CREATE ON SCHEMA "public" TO "${unique}weak"`,
      );
      const schemaMode = {
        pluginDivisionMode: 'schema',
        connection: { ...weak, database: `${unique}catalog` },
      };
      expect(await warnings(schemaMode)).to.include(
        `CREATE SCHEMA "catalog" AUTHORIZATION "${unique}weak"`,
      );
      await owner.raw('CREATE SCHEMA catalog');
      expect(await warnings(schemaMode)).to.include(
        `GRANT USAGE, CREATE ON SCHEMA "catalog" TO "${unique}weak"`,
      );
      await owner.raw('GRANT USAGE, CREATE ON SCHEMA catalog TO ??', [`${unique}weak`]);
      expect(await warnings(schemaMode)).to.equal('');
    });

    it('when PostgreSQL would cut the names of two databases off to the same', async () => {
      const manager = start();
      const ids = ['a', 'b'].map(end => `${'long-'.repeat(12)}${end}`);
      const knex = await manager.forPlugin(ids[0]).getClient(); // as in stock Backstage
      expect((await knex.raw('select current_database() as name')).rows).to.deep.equal([
        { name: `${unique}${ids[0]}`.slice(0, 63) },
      ]);
      expect((await failureOf(manager.forPlugin(ids[1]).getClient())).message).to.equal(
        `The database names '${unique}${ids[0]}' of plugin '${ids[0]}' and '${unique}${ids[1]}' of plugin '${ids[1]}' are the same in the 63 bytes that PostgreSQL allows, shorten 'backend.database.prefix' or set 'backend.database.plugin.${ids[1]}.connection.database'`,
      );
    });

    it('when the database is missing and must not be created', async () => {
      const knex = await start({ ensureExists: false }).forPlugin('catalog').getClient();
      const failure = await failureOf(knex.raw('select 1'));
      expect(failure.message).to.include(`Create the database '${unique}catalog'`);
      expect(failure.message).to.include("plugin 'catalog'");
    });

    it('when the user may not create tables, or not read one', async () => {
      const weak = await createRole(`${unique}weak`);
      const owner = await start().forPlugin('catalog').getClient();
      await owner.schema.createTable('things', table => table.integer('id'));
      const knex = await start({ connection: weak }).forPlugin('catalog').getClient();
      expect(
        (await failureOf(knex.schema.createTable('mine', table => table.integer('id')))).message,
      ).to.include(
        `(plugin 'catalog' lacks a right, run \`GRANT USAGE, CREATE ON SCHEMA "public" TO "${unique}weak"\`)`,
      );
      expect((await failureOf(knex('things'))).message).to.include(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "things" TO "${unique}weak"`,
      );
      expect((await failureOf(knex.schema.dropTable('things'))).message).to.include(
        `ALTER TABLE "things" OWNER TO "${unique}weak"`,
      );
    });

    it('when the pool of the plugin is used up', async () => {
      const knex = await start({
        knexConfig: { pool: { max: 1 }, acquireConnectionTimeout: 100 },
      })
        .forPlugin('catalog')
        .getClient();
      const transaction = await knex.transaction();
      const failure = await failureOf(knex.raw('select 1'));
      await transaction.rollback();
      expect(failure.message).to.match(
        /plugin 'catalog': all 1 connections of its pool are in use/,
      );
    });

    for (const connection of ['postgres://user:secret@host:port/db', 'user:secret@host', 'host']) {
      it(`when the connection string is malformed as in '${connection}', without repeating it`, async () => {
        const failure = await failureOf(start({ connection }).forPlugin('catalog').getClient());
        expect(failure.message).to.equal(
          "Error while parsing PostgreSQL connection string at 'backend.database.connection', it is not a valid URL such as postgresql://user:password@host:5432",
        );
      });
    }

    it('when the connection string names a file that is not there', async () => {
      const connection =
        'postgres://user:secret@host/?sslmode=verify-full&sslrootcert=/no/such.pem';
      const failure = await failureOf(start({ connection }).forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        /connection string at 'backend\.database\.connection' names, ENOENT.*'\/no\/such\.pem'/,
      );
      expect(failure.message).not.to.include('secret');
    });

    it('when something else listens on the port, after one time-out', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      let logins = 0;
      silent.on('connection', () => (logins += 1));
      const manager = start({
        connection: { host: '127.0.0.1', port, user: 'u', connectionTimeoutMillis: 300 },
      });
      const failure = await failureOf(manager.forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        /timeout expired \(plugin 'catalog', pg at 127\.0\.0\.1:\d+/,
      );
      expect(logins).to.equal(1);
      silent.close();
    });

    it('when a cloud connection lacks settings or is unknown', async () => {
      const type = async (connection: JsonObject) =>
        (await failureOf(start({ connection, ensureExists: false }).forPlugin('a').getClient()))
          .message;
      expect(await type({ type: 'oracle' })).to.include(
        "Unknown connection type: oracle, use 'default', 'azure'",
      );
      expect(await type({ type: 'cloudsql' })).to.include(
        'Missing instance connection name for Cloud SQL',
      );
      expect(await type({ type: 'rds', host: 'h' })).to.include(
        'AWS RDS IAM auth: missing required database connection config',
      );
    });
  });

  it('recovers after the first connection failed', async () => {
    const manager = start({ connection: await createRole(`${unique}late`) });
    await failureOf(manager.forPlugin('catalog').getClient());
    await admin.raw('ALTER ROLE ?? CREATEDB', [`${unique}late`]);
    await (await manager.forPlugin('catalog').getClient()).raw('select 1');
  });

  it('survives that the server ends its connections', async () => {
    const knex = await start().forPlugin('catalog').getClient();
    await knex.raw('select 1');
    await admin('pg_stat_activity')
      .where({ datname: `${unique}catalog` })
      .select(admin.raw('pg_terminate_backend(pid)'));
    await eventually(() => knex.raw('select 1'));
  });

  it('closes all connections when the backend stops', async () => {
    const manager = start();
    const knex = await manager.forPlugin('catalog').getClient();
    await Promise.all([knex.raw('select pg_sleep(0.01)'), knex.raw('select pg_sleep(0.01)')]);
    await manager.stop();
    const left = await admin('pg_stat_activity')
      .where('application_name', 'backstage_plugin_catalog')
      .andWhere({ datname: `${unique}catalog` });
    expect(left).to.deep.equal([]);
  });

  it('stops even if a plugin keeps a connection', async () => {
    const manager = start();
    const knex = await manager.forPlugin('catalog').getClient();
    const transaction = await knex.transaction();
    const query = failureOf(transaction.raw('select pg_sleep(60)'));
    const begin = Date.now();
    await manager.stop();
    expect(Date.now() - begin).to.be.lessThan(6_000);
    expect((await query).message).to.match(/Connection terminated/);
    expect(manager.logger.lines).to.include(
      "warn: Cut 1 database connection that plugin 'catalog' still used",
    );
  });
});
