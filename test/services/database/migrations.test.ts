import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useFakeTimers } from 'sinon';
import { eventually } from '../eventually';
import { failureOf, startManager } from './test-manager';

const variable = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const server = process.env[variable];

for (const client of ['better-sqlite3', 'pg']) {
  describe(`migrations with ${client}`, () => {
    const prefix = `forklift_${randomBytes(5).toString('hex')}_`;
    const directory = mkdtempSync(join(tmpdir(), 'forklift-migrations-'));
    let manager: ReturnType<typeof startManager>;
    let knex: Knex;
    let queries: string[];

    before(async function connect() {
      if (client === 'pg' && !server) {
        this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
        this.skip();
      }
      manager = startManager({
        client,
        connection: client === 'pg' ? server! : ':memory:',
        prefix,
      });
      knex = await manager.forPlugin('catalog').getClient();
      knex.on('query', ({ sql }) => queries.push(sql));
    });

    beforeEach(() => {
      queries = [];
    });

    after(async () => {
      rmSync(directory, { recursive: true });
      await manager?.stop();
      if (client !== 'pg' || !server) return;
      const admin = createKnex({ client: 'pg', connection: server });
      for (const id of ['catalog', 'search']) {
        await admin.raw('DROP DATABASE IF EXISTS ??', [`${prefix}${id}`]);
      }
      await admin.destroy();
    });

    const isLockQuery = (sql: string) => /select .*knex_migrations_lock/.test(sql);

    const add = (name: string, table: string) =>
      writeFileSync(
        join(directory, name),
        `exports.up = knex => knex.schema.createTable('${table}', t => t.integer('id'));
         exports.down = knex => knex.schema.dropTable('${table}');`,
      );

    it('run when there are new ones', async () => {
      add('1_a.js', 'a');
      expect(await knex.migrate.latest({ directory })).to.deep.equal([1, ['1_a.js']]);
      add('2_b.js', 'b');
      expect(await knex.migrate.latest({ directory })).to.deep.equal([2, ['2_b.js']]);
      expect(await knex.schema.hasTable('b')).to.equal(true);
      expect(await knex.schema.hasTable('c')).to.equal(false);
    });

    it('cost one query when there is none, even while another process holds the lock', async () => {
      await knex('knex_migrations_lock').update({ is_locked: 1 });
      queries = [];
      expect(await knex.migrate.latest({ directory })).to.deep.equal([2, []]);
      expect(queries).to.have.length(1);
      add('3_c.js', 'c');
      const waiting = knex.migrate.latest({ directory });
      await eventually(() =>
        expect(queries.filter(sql => /update .knex_migrations_lock/.test(sql))).not.to.deep.equal(
          [],
        ),
      );
      await knex.migrate.forceFreeMigrationsLock();
      expect(await waiting).to.deep.equal([3, ['3_c.js']]);
    });

    it('fail at once when the table of one is there already', async () => {
      add('4_c.js', 'c');
      expect((await failureOf(knex.migrate.latest({ directory }))).message).to.match(
        /already exists/,
      );
      rmSync(join(directory, '4_c.js'));
    });

    it('run once when replicas start together', async () => {
      if (client !== 'pg') return;
      const replicas = Array.from({ length: 6 }, () =>
        startManager({ client, connection: server!, prefix }),
      );
      const clients = await Promise.all(
        replicas.map(replica => replica.forPlugin('search').getClient()),
      );
      const results = await Promise.all(
        clients.map(replica => replica.migrate.latest({ directory })),
      );
      expect(results.filter(([, names]) => names.length > 0)).to.have.length(1);
      for (const replica of replicas) await replica.stop();
    });

    it('run although a race left several locks', async () => {
      await knex('knex_migrations_lock').insert([{ is_locked: 0 }, { is_locked: 0 }]);
      add('5_e.js', 'e');
      expect((await knex.migrate.latest({ directory }))[1]).to.deep.equal(['5_e.js']);
      expect(await knex('knex_migrations_lock').select('is_locked')).to.deep.equal([
        { is_locked: 0 },
      ]);
    });

    it('end after half a minute when the lock stays', async () => {
      add('8_late.js', 'late');
      await knex('knex_migrations_lock').update({ is_locked: 1 });
      const other =
        client === 'pg' &&
        createKnex({ client: 'pg', connection: new URL(`/${prefix}catalog`, server).href });
      if (other) await other.raw('select 1'); // may be the one that migrates
      const clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
      try {
        const migrating = failureOf(knex.migrate.latest({ directory }));
        await eventually(() => expect(queries.filter(isLockQuery)).not.to.be.empty);
        clock.tick(31_000);
        expect((await migrating).message).to.match(
          /^The table 'knex_migrations_lock' of plugin 'catalog' has been locked for 30 s\..*set is_locked to 0 there$/,
        );
      } finally {
        clock.restore();
        if (other) await other.destroy();
      }
      await knex('knex_migrations_lock').update({ is_locked: 0 });
    });

    if (client === 'pg') {
      it('take the lock of a process that was killed, when nobody else is connected', async () => {
        await knex('knex_migrations_lock').update({ is_locked: 1 });
        const logged = manager.logger.lines.length;
        const clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
        try {
          const migrating = knex.migrate.latest({ directory });
          await eventually(() => expect(queries.filter(isLockQuery)).not.to.be.empty);
          clock.tick(31_000);
          expect((await migrating)[1]).to.deep.equal(['8_late.js']);
        } finally {
          clock.restore();
        }
        const warnings = manager.logger.lines.slice(logged).filter(line => line.startsWith('warn'));
        expect(warnings).to.have.length(2);
        expect(warnings[0]).to.equal(
          "warn: Waiting for another process that migrates plugin 'catalog'",
        );
        expect(warnings[1]).to.match(
          /^warn: Took the lock 'knex_migrations_lock' of plugin 'catalog' from a process that was killed/,
        );
        expect(await knex('knex_migrations_lock').pluck('is_locked')).to.deep.equal([0]);
      });
    }

    it('have a table of their own where they want one', async () => {
      const migrationSource = {
        getMigrations: async () => ['1_other'],
        getMigrationName: (name: string) => name,
        getMigration: async () => ({ up: async () => {}, down: async () => {} }),
      };
      const options = { tableName: 'other_migrations', migrationSource };
      expect(await knex.migrate.latest(options)).to.deep.equal([1, ['1_other']]);
      queries = [];
      expect(await knex.migrate.latest(options)).to.deep.equal([1, []]);
      expect(queries).to.have.length(1);
    });

    describe('of a database that is new', () => {
      const fresh = (name: string, up: (trx: Knex) => Promise<unknown>, config?: object) => ({
        tableName: `${name}_migrations`,
        migrationSource: {
          getMigrations: async () => [`1_${name}`, `2_${name}`],
          getMigrationName: (migration: string) => migration,
          getMigration: async (migration: string) => ({
            up: migration.startsWith('1') ? up : async () => {},
            down: async () => {},
            config,
          }),
        },
      });
      const columnsOf = async (table: string) => {
        const columns = await knex(table).columnInfo();
        return JSON.stringify(columns).replaceAll(table, 'table');
      };

      it('leave the tables that knex itself makes', async () => {
        const work = async () => {};
        expect(await knex.migrate.latest(fresh('ours', work))).to.deep.equal([
          1,
          ['1_ours', '2_ours'],
        ]);
        const count = queries.length;
        queries = [];
        const byKnex = fresh('theirs', work, { transaction: false });
        expect(await knex.migrate.latest(byKnex)).to.deep.equal([1, ['1_theirs', '2_theirs']]);
        for (const suffix of ['_migrations', '_migrations_lock']) {
          expect(await columnsOf(`ours${suffix}`)).to.equal(await columnsOf(`theirs${suffix}`));
        }
        expect(await knex('ours_migrations').select('id', 'name', 'batch')).to.deep.equal([
          { id: 1, name: '1_ours', batch: 1 },
          { id: 2, name: '2_ours', batch: 1 },
        ]);
        expect(await knex('ours_migrations_lock')).to.deep.equal([{ index: 1, is_locked: 0 }]);
        expect(await knex.migrate.list(fresh('ours', work))).to.deep.equal([
          [{ name: '1_ours' }, { name: '2_ours' }],
          [],
        ]);
        if (client === 'pg') expect(count).to.equal(5);
      });

      it('leave nothing when one fails, and run when that is mended', async () => {
        const failing = fresh('broken', async trx => {
          await trx.schema.createTable('half', table => table.integer('id'));
          throw new Error('not today');
        });
        expect((await failureOf(knex.migrate.latest(failing))).message).to.equal('not today');
        expect(await knex.schema.hasTable('half')).to.equal(false);
        const mended = fresh('broken', async () => {});
        expect((await knex.migrate.latest(mended))[1]).to.have.length(2);
      });

      it('run outside of a transaction where they want that', async () => {
        let inTransaction: boolean | undefined;
        const work = async (trx: Knex) => {
          inTransaction = trx.isTransaction;
        };
        await knex.migrate.latest(fresh('outside', work, { transaction: false }));
        expect(inTransaction).to.not.equal(true);
      });

      it('run although the table of the lock is there', async () => {
        await knex.schema.createTable('leftover_migrations_lock', table => {
          table.increments('index').primary();
          table.integer('is_locked');
        });
        const [batch, names] = await knex.migrate.latest(fresh('leftover', async () => {}));
        expect(batch).to.equal(1);
        expect(names).to.have.length(2);
      });
    });

    it('are refused when one that was run is gone, as knex does', async () => {
      rmSync(join(directory, '1_a.js'));
      expect((await failureOf(knex.migrate.latest({ directory }))).message).to.match(
        /migration directory is corrupt.*1_a\.js/s,
      );
    });

    it('find tables and views, in transactions too, and only those of the schema', async () => {
      await knex.raw('create view "a_view" as select 1 as one');
      expect(await knex.schema.hasTable('a_view')).to.equal(client === 'pg'); // as knex has it
      await knex.transaction(async trx => {
        await trx.schema.createTable('fresh', table => table.integer('id'));
        expect(await trx.schema.hasTable('fresh')).to.equal(true);
        expect(await trx.schema.hasTable('pg_class')).to.equal(false);
      });
      if (client !== 'pg') return;
      expect(await knex.schema.withSchema('pg_catalog').hasTable('pg_class')).to.equal(true);
      expect(queries.join()).not.to.include('information_schema');
    });
  });
}
