import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { eventually } from '../eventually';
import { failureOf, startManager } from './test-manager';

const variable = 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING';

describe('DatabaseManager on MySQL', () => {
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
    admin = createKnex({ client: 'mysql2', connection: url, pool: { min: 0, max: 1 } });
  });

  beforeEach(() => {
    unique = `fl_${randomBytes(5).toString('hex')}_`;
  });

  afterEach(async () => {
    for (const manager of started) await manager.stop();
    started = [];
    const [databases] = await admin.raw('SHOW DATABASES');
    for (const { Database: name } of databases) {
      if (name.startsWith(unique)) await admin.raw('DROP DATABASE ??', [name]);
    }
    const users = await admin('mysql.user')
      .where('User', 'like', `${unique}%`)
      .select('User', 'Host');
    for (const { User, Host } of users) await admin.raw('DROP USER ?@?', [User, Host]);
  });

  after(() => admin?.destroy());

  function start(database: JsonObject = {}) {
    const manager = startManager({
      client: 'mysql2',
      connection: url,
      prefix: unique,
      ...database,
    });
    started.push(manager);
    return manager;
  }

  async function createUser(name: string) {
    await admin.raw("CREATE USER ?@'%' IDENTIFIED BY 'hidden'", [name]);
    const { hostname: host, port } = new URL(url);
    return { host, port: Number(port || 3306), user: name, password: 'hidden' };
  }

  it('creates the database of a plugin, with the prefix', async () => {
    const knex = await start().forPlugin('catalog').getClient();
    const [rows] = await knex.raw('select database() as name');
    expect(rows[0].name).to.equal(`${unique}catalog`);
  });

  it('creates each database once when replicas start together', async () => {
    const replicas = [start(), start(), start()];
    const clients = await Promise.all(
      replicas.flatMap(replica => ['a', 'b', 'c'].map(id => replica.forPlugin(id).getClient())),
    );
    await Promise.all(clients.map(client => client.raw('select 1')));
  });

  it('connects only when there is a query', async () => {
    const knex = await start().forPlugin('catalog').getClient();
    const [rows] = await admin.raw('SHOW PROCESSLIST');
    expect(rows.filter((row: { db: string }) => row.db === `${unique}catalog`)).to.deep.equal([]);
    await knex.raw('select 1');
  });

  it('refuses schemas', async () => {
    const failure = await failureOf(
      start({ pluginDivisionMode: 'schema' }).forPlugin('a').getClient(),
    );
    expect(failure.message).to.equal(
      "The MySQL driver does not support plugin division mode 'schema'",
    );
  });

  describe('says what is wrong', () => {
    it('when the server cannot be reached', async () => {
      const manager = start({ connection: 'mysql://u:hidden@127.0.0.1:1/x' });
      const failure = await failureOf(manager.forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        /ECONNREFUSED 127\.0\.0\.1:1 \(plugin 'catalog', mysql2 at 127\.0\.0\.1:1/,
      );
      expect(failure.message).not.to.include('hidden');
    });

    it('when the password is wrong', async () => {
      const connection = { ...(await createUser(`${unique}u`)), password: 'wrong' };
      const failure = await failureOf(start({ connection }).forPlugin('catalog').getClient());
      expect(failure.message).to.match(
        /Access denied.*Check user and password in 'backend\.database\.connection'/,
      );
      expect(failure.message).not.to.include("'wrong'");
    });

    it('when the name of the database is too long', async () => {
      const id = `${'long-'.repeat(15)}a`;
      const failure = await failureOf(start().forPlugin(id).getClient());
      expect(failure.message).to.match(
        new RegExp(
          `Shorten 'backend\\.database\\.prefix' or set 'backend\\.database\\.plugin\\.${id}\\.connection\\.database'$`,
        ),
      );
    });

    it('when the user may not create the database', async () => {
      const connection = await createUser(`${unique}u`);
      const failure = await failureOf(start({ connection }).forPlugin('catalog').getClient());
      expect(failure.message).to.include(
        `Run \`GRANT ALL PRIVILEGES ON \`${unique}catalog\`.* TO '${unique}u'@'%'\``,
      );
    });

    it('when the user may not create tables', async () => {
      const connection = await createUser(`${unique}u`);
      await start().forPlugin('catalog').getClient();
      await admin.raw("GRANT SELECT ON ??.* TO ?@'%'", [`${unique}catalog`, `${unique}u`]);
      const manager = start({ connection, ensureExists: false });
      const knex = await manager.forPlugin('catalog').getClient();
      await knex.raw('select 1');
      expect(manager.logger.lines.join()).to.include(
        `run \`GRANT INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER ON \`${unique}catalog\`.* TO '${unique}u'@'%'\``,
      );
      const failure = await failureOf(
        knex.schema.createTable('things', table => table.integer('id')),
      );
      expect(failure.message).to.include(
        `plugin 'catalog' lacks a right, run \`GRANT CREATE ON \`${unique}catalog\`.* TO '${unique}u'`,
      );
    });

    it('not when the user has all rights', async () => {
      const connection = await createUser(`${unique}u`);
      await admin.raw("GRANT ALL ON ??.* TO ?@'%'", [
        `${unique.replaceAll('_', '\\_')}%`,
        `${unique}u`,
      ]);
      const manager = start({ connection });
      await (await manager.forPlugin('catalog').getClient()).raw('select 1');
      expect(manager.logger.lines).to.deep.equal([]);
    });

    for (const [connection, reason] of [
      ['nonsense', 'it is not a valid URL such as mysql://user:password@host:3306'],
      ['mysql://u:se%cret@h/d', 'a % in it must be written as %25'],
      ['postgres://u:secret@h/d', 'Unknown protocol postgres:'],
      ['mysql://u:secret@h/d/e', 'Expected single path segment'],
    ]) {
      it(`when the connection string is '${connection}'`, async () => {
        const failure = await failureOf(start({ connection }).forPlugin('catalog').getClient());
        expect(failure.message).to.equal(
          `Error while parsing MySQL connection string at 'backend.database.connection', ${reason}`,
        );
      });
    }
  });

  it('refuses a host or port that is none, and a prefix that leaves no room for the plugin', async () => {
    for (const [settings, message] of [
      [
        { connection: { host: 127 } },
        "'backend.database.connection.host' must be a string, got 127",
      ],
      [
        { connection: { host: 'h', port: 'x' } },
        '\'backend.database.connection.port\' must be a number up to 65535, got "x"',
      ],
      [
        { connection: 'mysql://h', prefix: 'x'.repeat(10_000) },
        "'backend.database.prefix' must leave",
      ],
      [{ connection: 'mysql://h', prefix: 'a\0' }, "'backend.database.prefix' must leave"],
    ] as const) {
      const failure = await failureOf(start(settings).forPlugin('catalog').getClient());
      expect(failure.name).to.equal('InputError');
      expect(failure.message).to.include(message).and.have.length.below(300);
    }
  });

  it('decodes user and password of the connection string', async () => {
    const name = `${unique}ü@`;
    const { host, port } = await createUser(name);
    await admin.raw("GRANT ALL ON *.* TO ?@'%'", [name]);
    const manager = start({
      connection: `mysql://${encodeURIComponent(name)}:hidden@${host}:${port}`,
    });
    await (await manager.forPlugin('catalog').getClient()).raw('select 1');
  });

  it('survives that the server ends its connections', async () => {
    const knex = await start().forPlugin('catalog').getClient();
    const [rows] = await knex.raw('select connection_id() as id');
    await admin.raw('KILL ?', [rows[0].id]);
    await eventually(() => knex.raw('select 1'));
  });
});
