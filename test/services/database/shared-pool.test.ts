import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { eventually } from '../eventually';
import { failureOf, startManager } from './test-manager';

const variable = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';

describe('plugins that share a pool, each in its schema', () => {
  const database = `forklift_${randomBytes(5).toString('hex')}`;
  let url: URL;
  let admin: Knex;
  let started: Array<{ stop(): Promise<void> }> = [];

  before(async function createDatabase() {
    if (!process.env[variable]) {
      this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
      this.skip();
    }
    url = new URL(process.env[variable]);
    admin = createKnex({ client: 'pg', connection: url.href, pool: { min: 0, max: 1 } });
    await admin.raw('CREATE DATABASE ??', [database]);
    url.pathname = database;
  });

  afterEach(async () => {
    for (const manager of started) await manager.stop();
    started = [];
  });

  after(async () => {
    await admin?.raw('DROP DATABASE ?? WITH (FORCE)', [database]);
    await admin?.raw('DROP ROLE IF EXISTS ??', [`${database}_role`]);
    await admin?.destroy();
  });

  function start(settings: JsonObject = {}) {
    const schemaPrefix = `${randomBytes(4).toString('hex')}_`;
    const manager = startManager({
      client: 'pg',
      connection: url.href,
      pluginDivisionMode: 'schema',
      schemaPrefix,
      ...settings,
    });
    started.push(manager);
    return { ...manager, schemaPrefix, client: (id: string) => manager.forPlugin(id).getClient() };
  }

  const currentSchema = async (knex: Knex) =>
    (await knex.raw('select current_schema() as name')).rows[0].name;

  it('hold no more connections than the pool, which closes them when they are idle', async () => {
    const { client } = start({ knexConfig: { pool: { max: 3, idleTimeoutMillis: 500 } } });
    const clients = await Promise.all(Array.from({ length: 20 }, (_, i) => client(`p${i}`)));
    await Promise.all(clients.map(knex => knex.raw('select pg_sleep(0.01)')));
    const [{ count }] = await admin('pg_stat_activity').where({ datname: database }).count();
    expect(Number(count)).to.be.within(1, 4); // and the one that created the schemas
    expect(new Set(clients.map(knex => knex.client.pool)).size).to.equal(1);
  });

  it('never run a statement in the schema of another, whatever they do at the same time', async () => {
    const { client } = start({ knexConfig: { pool: { max: 4 } } });
    const ids = Array.from({ length: 8 }, (_, i) => `p${i}`);
    const clients = await Promise.all(ids.map(client));
    await Promise.all(
      clients.map(knex => knex.schema.createTable('notes', table => table.string('plugin'))),
    );
    const note = async (knex: Knex, plugin: string, step: number) => {
      switch (step % 5) {
        case 0:
          return void (await knex('notes').insert({ plugin }));
        case 1:
          return knex.transaction(async trx => {
            await trx('notes').insert({ plugin });
            await trx.raw('select pg_sleep(0.002)');
            await trx('notes').insert({ plugin });
          });
        case 2: {
          const rolledBack = knex.transaction(async trx => {
            await trx('notes').insert({ plugin: 'nobody' });
            throw new Error('rolled back');
          });
          return void (await failureOf(rolledBack));
        }
        case 3:
          return void (await failureOf(knex.raw('select * from missing')));
        default:
          for (const row of await knex('notes').select('plugin')) {
            expect(row.plugin).to.equal(plugin);
          }
      }
    };
    await Promise.all(
      clients.flatMap((knex, i) =>
        Array.from({ length: 60 }, (_, step) => note(knex, ids[i], step)),
      ),
    );
    for (const [i, knex] of clients.entries()) {
      expect(await knex('notes').select('plugin').count().groupBy('plugin')).to.deep.equal([
        { plugin: ids[i], count: '36' },
      ]);
    }
  });

  it('find nothing of what another left in a session', async () => {
    const { client, schemaPrefix } = start({ knexConfig: { pool: { max: 1 } } });
    const [careless, careful] = [await client('careless'), await client('careful')];
    await careful.schema.createTable('things', table => table.integer('id'));
    await careless.raw('select pg_advisory_lock(7)');
    await careless.raw('create temporary table things (id integer)');
    await careless.raw("set statement_timeout to '1h'");
    await careless.raw(`set search_path to "${schemaPrefix}careful"`);
    await careless.raw('begin');
    await careless('things').insert({ id: 1 });

    expect(await currentSchema(careful)).to.equal(`${schemaPrefix}careful`);
    expect(await careful('things')).to.deep.equal([]);
    const { rows } = await careful.raw(
      `select current_setting('statement_timeout') as timeout, current_setting('application_name') as name,
         (select count(*)::int from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())) as locks`,
    );
    expect(rows).to.deep.equal([{ timeout: '0', name: 'backstage_plugin_careful', locks: 0 }]);
    expect(await currentSchema(careless)).to.equal(`${schemaPrefix}careless`);
  });

  it('work as their own roles', async () => {
    const role = `${database}_role`;
    await admin.raw('CREATE ROLE ??', [role]);
    const { client } = start({
      knexConfig: { pool: { max: 1 } },
      plugin: { guarded: { role } },
    });
    const user = async (knex: Knex) => (await knex.raw('select current_user as name')).rows[0].name;
    const [guarded, open] = [await client('guarded'), await client('open')];
    expect(guarded.client.pool).to.equal(open.client.pool);
    const outside = await user(open);
    for (let i = 0; i < 3; i += 1) {
      expect([await user(guarded), await user(open)]).to.deep.equal([role, outside]);
    }
    const owner = createKnex({ client: 'pg', connection: url.href, pool: { min: 0, max: 1 } });
    await owner.raw('drop owned by ?? cascade', [role]);
    await owner.destroy();
  });

  it('have a pool of their own where their settings differ', async () => {
    const { client, schemaPrefix } = start({
      plugin: { special: { knexConfig: { pool: { max: 2 } } } },
    });
    const [special, common] = [await client('special'), await client('common')];
    expect([special.client.pool.max, common.client.pool.max]).to.deep.equal([2, 20]);
    expect(await currentSchema(special)).to.equal(`${schemaPrefix}special`);
  });

  it('look into further schemas of the configured search path, after their own', async () => {
    const { client, schemaPrefix } = start({ searchPath: ['ignored', 'pg_catalog', 'public'] });
    // The server quotes only those names that need it.
    const path = async (id: string) =>
      (await (await client(id)).raw('show search_path')).rows[0].search_path.replaceAll('"', '');
    expect(await path('b')).to.equal(`${schemaPrefix}b, pg_catalog, public`);
    expect(await path('c')).to.equal(`${schemaPrefix}c, pg_catalog, public`);
  });

  it('have what knex says of their pool in the log, not on the console', async () => {
    const manager = start({ knexConfig: { pool: { max: 1 } } });
    const knex = await manager.client('a');
    await knex.raw('select 1');
    const printed: unknown[] = [];
    const log = console.log;
    console.log = (...args) => void printed.push(args);
    try {
      await admin('pg_stat_activity')
        .where({ datname: database })
        .select(admin.raw('pg_terminate_backend(pid)'));
      await eventually(async () => {
        await knex.raw('select 1');
        expect(manager.logger.lines.join()).to.match(/warn: Connection Error: /);
      });
    } finally {
      console.log = log;
    }
    expect(printed).to.deep.equal([]);
  });

  it('leave the pool open when one of them destroys its client', async () => {
    const { client } = start();
    const [gone, left] = [await client('gone'), await client('left')];
    await gone.raw('select 1');
    const running = gone.raw('select pg_sleep(0.1)').then(() => {});
    await eventually(async () => expect(gone.client.pool.numUsed()).to.equal(1));
    await gone.destroy();
    await running;
    await left.raw('select 1');
    expect(left.client.pool.numUsed()).to.equal(0);
    expect((await failureOf(gone.raw('select 1'))).message).to.include("plugin 'gone'");
  });

  it('are told which pool is used up', async () => {
    const { client } = start({ knexConfig: { pool: { max: 1 }, acquireConnectionTimeout: 100 } });
    const [busy, waiting] = [await client('busy'), await client('waiting')];
    const transaction = await busy.transaction();
    const failure = await failureOf(waiting.raw('select 1'));
    await transaction.rollback();
    expect(failure.message).to.match(
      /plugin 'waiting': all 1 connections of the pool that plugins share.*'backend\.database\.knexConfig\.pool\.max'/,
    );
  });

  it('go on after the server ended their connections, and answer 503 meanwhile', async () => {
    const { client, schemaPrefix } = start({ knexConfig: { pool: { max: 2 } } });
    const [a, b] = [await client('a'), await client('b')];
    const sleeping = failureOf(a.raw('select pg_sleep(60)'));
    await eventually(async () => expect(a.client.pool.numUsed()).to.equal(1));
    await b.raw('select 1');
    await admin('pg_stat_activity')
      .where({ datname: database })
      .select(admin.raw('pg_terminate_backend(pid)'));
    expect(await sleeping).to.have.property('statusCode', 503);
    await eventually(async () => expect(await currentSchema(b)).to.equal(`${schemaPrefix}b`));
    expect(await currentSchema(a)).to.equal(`${schemaPrefix}a`);
  });

  it('give raw connections that listen in their schema', async () => {
    const { client, schemaPrefix } = start();
    const knex = await client('listener');
    const connection = await knex.client.acquireRawConnection();
    const { rows } = await connection.query('select current_schema() as name');
    await knex.client.destroyRawConnection(connection);
    expect(rows[0].name).to.equal(`${schemaPrefix}listener`);
  });

  it('are named when they keep a connection for too long at shutdown', async () => {
    const manager = start();
    const knex = await manager.client('stubborn');
    const transaction = await knex.transaction();
    const query = failureOf(transaction.raw('select pg_sleep(60)'));
    await manager.stop();
    await query;
    expect(manager.logger.lines).to.include(
      "warn: Cut 1 database connection that plugin 'stubborn' still used",
    );
  });
});
