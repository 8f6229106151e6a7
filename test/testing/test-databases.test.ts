import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { TestCaches, TestDatabases } from 'backstage-forklift/testing';

async function isDatabase(knex: Knex, name: string): Promise<boolean> {
  const isPostgres = knex.client.config.client === 'pg';
  const rows = isPostgres
    ? (await knex.raw('select from pg_database where datname = ?', [name])).rows
    : (await knex.raw('show databases like ?', [name]))[0];
  return rows.length > 0;
}

describe('TestDatabases', () => {
  const databases = TestDatabases.create();

  for (const id of ['SQLITE_3', 'POSTGRES_15', 'MYSQL_8'] as const) {
    it(`gives fresh databases on ${id} and drops them`, async function test() {
      if (!databases.supports(id)) {
        console.log(`      skipped: no address of ${id} in the environment`);
        this.skip();
      }
      const own = TestDatabases.create({ ids: [id] });
      const [one, two] = [await own.init(id), await own.init(id)];
      await one.schema.createTable('tickets', table => table.string('title'));
      expect(await two.schema.hasTable('tickets')).to.equal(false);
      const name = one.client.database();
      await own.shutdown();
      if (id !== 'SQLITE_3') {
        expect(await isDatabase(await databases.init(id), name)).to.equal(false);
      }
    });
  }

  const VARIABLES = {
    POSTGRES_15: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    MYSQL_8: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
  };
  for (const id of ['POSTGRES_15', 'MYSQL_8'] as const) {
    it(`drops what test runs have left on ${id} that were killed long ago`, async function test() {
      const address = process.env[VARIABLES[id]];
      if (!address) {
        console.log(`      skipped: no address of ${id} in the environment`);
        this.skip();
      }
      const knex = await databases.init(id);
      const nameOf = (hoursAgo: number) =>
        `forklift_test_${Math.floor(Date.now() / 1000) - hoursAgo * 3600}_${randomBytes(8).toString('hex')}`;
      const [old, recent, other] = [nameOf(7), nameOf(5), `x${nameOf(7)}`];
      for (const name of [old, recent, other]) {
        await knex.raw('create database ??', [name]);
      }
      const own = TestDatabases.create({ ids: [id] });
      // An address that this process has not used so far, since each is seen to once.
      process.env[VARIABLES[id]] = `${address}?connectTimeout=${Date.now() % 1e6}`;
      try {
        await own.init(id);
        expect(await isDatabase(knex, old)).to.equal(false);
        expect(await isDatabase(knex, recent)).to.equal(true);
        expect(await isDatabase(knex, other)).to.equal(true);
      } finally {
        process.env[VARIABLES[id]] = address;
        await own.shutdown();
        for (const name of [old, recent, other]) {
          await knex.raw('drop database if exists ??', [name]);
        }
      }
    });
  }

  it('names the possible ids, and the variable that is missing', async () => {
    const sqlite = TestDatabases.create({ ids: ['SQLITE_3'] });
    const unknown = await sqlite.init('ORACLE' as any).catch(e => e);
    expect(unknown.message).to.match(
      /^Unknown test database ORACLE, possible values are POSTGRES_18/,
    );
    const unsupported = await sqlite.init('POSTGRES_9').catch(e => e);
    expect(unsupported.message).to.equal(
      'Unsupported test database POSTGRES_9 for this environment, possible values are SQLITE_3. ' +
        'Set BACKSTAGE_TEST_DATABASE_POSTGRES9_CONNECTION_STRING to use it.',
    );
  });

  it('names the possible ids where unknown ones are given', () => {
    const text = /^Unknown test database ORACLE, possible values are POSTGRES_18, .*, SQLITE_3$/;
    expect(() => TestDatabases.create({ ids: ['SQLITE_3', 'ORACLE' as any] })).to.throw(text);
    expect(() => TestDatabases.setDefaults({ ids: ['ORACLE' as any] })).to.throw(text);
  });

  it('uses the defaults that are set', () => {
    TestDatabases.setDefaults({ ids: ['SQLITE_3'] });
    try {
      expect(TestDatabases.create().eachSupportedId()).to.deep.equal([['SQLITE_3']]);
    } finally {
      TestDatabases.setDefaults({});
    }
  });
});

describe('TestCaches', () => {
  const caches = TestCaches.create();

  for (const id of ['MEMORY', 'REDIS_7'] as const) {
    it(`gives an empty cache on ${id}`, async function test() {
      if (!caches.supports(id)) {
        console.log(`      skipped: no address of ${id} in the environment`);
        this.skip();
      }
      const { keyv, store } = await caches.init(id);
      expect(store).to.equal(id === 'MEMORY' ? 'memory' : 'redis');
      await keyv.set('key', 'value');
      expect(await keyv.get('key')).to.equal('value');
      const { keyv: again } = await caches.init(id);
      expect(await again.get('key')).to.equal(undefined);
    });
  }

  it('names the possible ids where unknown ones are given', async () => {
    const text =
      'Unknown test cache NOTEPAD, possible values are REDIS_7, MEMCACHED_1, MEMORY, VALKEY_8';
    expect(() => TestCaches.create({ ids: ['NOTEPAD' as any] })).to.throw(text);
    expect(() => TestCaches.setDefaults({ ids: ['NOTEPAD' as any] })).to.throw(text);
    const error = await caches.init('NOTEPAD' as any).catch(e => e);
    expect(error.message).to.equal(text);
  });
});
