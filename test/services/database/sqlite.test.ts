import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, startManager } from './test-manager';

describe('DatabaseManager on SQLite', () => {
  let directory: string;
  let started: Array<{ stop(): Promise<void> }> = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'forklift-sqlite-'));
  });

  afterEach(async () => {
    for (const manager of started) await manager.stop();
    started = [];
    rmSync(directory, { recursive: true });
  });

  function start(database?: JsonObject) {
    const manager = startManager(database);
    started.push(manager);
    return manager;
  }

  it('needs no configuration and keeps plugins apart', async () => {
    const manager = start();
    const [a, b] = [
      await manager.forPlugin('a').getClient(),
      await manager.forPlugin('b').getClient(),
    ];
    await a.schema.createTable('things', table => table.string('id'));
    expect(await a.schema.hasTable('things')).to.equal(true);
    expect(await b.schema.hasTable('things')).to.equal(false);
    expect(await manager.forPlugin('a').getClient()).to.equal(a);
  });

  it('enforces foreign keys', async () => {
    const knex = await start().forPlugin('a').getClient();
    await knex.schema.createTable('parent', table => table.integer('id').primary());
    await knex.schema.createTable('child', table =>
      table.integer('parent').references('parent.id'),
    );
    expect((await failureOf(knex('child').insert({ parent: 1 }))).message).to.match(/FOREIGN KEY/);
  });

  it('makes one file per plugin in the configured directory', async () => {
    const manager = start({
      client: 'better-sqlite3',
      connection: { directory: join(directory, 'data') },
    });
    await (await manager.forPlugin('catalog').getClient()).raw('select 1');
    expect(existsSync(join(directory, 'data', 'catalog.sqlite'))).to.equal(true);
  });

  it('lets a plugin choose its file', async () => {
    const manager = start({
      client: 'better-sqlite3',
      connection: ':memory:',
      plugin: { catalog: { connection: { directory, filename: 'own.db' } } },
    });
    await (await manager.forPlugin('catalog').getClient()).raw('select 1');
    expect(existsSync(join(directory, 'own.db'))).to.equal(true);
  });

  it('refuses one file for all plugins', async () => {
    const manager = start({ client: 'better-sqlite3', connection: 'all.db' });
    expect((await failureOf(manager.forPlugin('a').getClient())).message).to.match(
      /`connection.filename` is not supported for the base sqlite connection/,
    );
  });

  it('refuses schemas and unknown clients', async () => {
    const schemas = start({
      client: 'better-sqlite3',
      connection: ':memory:',
      pluginDivisionMode: 'schema',
    });
    expect((await failureOf(schemas.forPlugin('a').getClient())).message).to.equal(
      "The SQLite driver does not support plugin division mode 'schema'",
    );
    expect(() => start({ client: 'oracle', connection: ':memory:' }).forPlugin('a')).to.throw(
      "Unsupported database client type 'oracle' specified for plugin 'a', use one of 'better-sqlite3'",
    );
  });

  it('names plugin, file and place in the configuration when the file cannot be opened', async () => {
    writeFileSync(join(directory, 'notes.txt'), 'no database'.repeat(1_000));
    mkdirSync(join(directory, 'catalog.sqlite'));
    const manager = start({
      client: 'better-sqlite3',
      connection: { directory },
      plugin: { search: { connection: { directory: join(directory, 'notes.txt') } } },
    });
    const catalog = await manager.forPlugin('catalog').getClient();
    for (const [failure, plugin] of [
      [await failureOf(catalog.raw('select 1')), 'catalog'],
      [await failureOf(manager.forPlugin('search').getClient()), 'search'],
    ] as const) {
      expect(failure.message).to.include(`plugin '${plugin}'`);
      expect(failure.message).to.include(directory);
      expect(failure.message).to.match(
        /configured at 'backend\.database\.(plugin\.search\.)?connection'/,
      );
    }
  });

  it('hands extra settings to knex, those of the plugin first', async () => {
    const manager = start({
      client: 'better-sqlite3',
      connection: ':memory:',
      knexConfig: { pool: { min: 0, max: 1 }, asyncStackTraces: true },
      plugin: { a: { knexConfig: { asyncStackTraces: false } } },
    });
    const { config } = (await manager.forPlugin('a').getClient()).client;
    expect(config).to.deep.include({ pool: { min: 0, max: 1 }, asyncStackTraces: false });
  });

  it('tells which plugins must not migrate', () => {
    const manager = start({
      client: 'better-sqlite3',
      connection: ':memory:',
      skipMigrations: true,
      plugin: { a: { skipMigrations: false } },
    });
    expect(manager.forPlugin('a').migrations).to.deep.equal({ skip: false });
    expect(manager.forPlugin('b').migrations).to.deep.equal({ skip: true });
    expect(start().forPlugin('c').migrations).to.deep.equal({ skip: false });
  });

  it('closes the databases when the backend stops', async () => {
    const manager = start();
    const knex = await manager.forPlugin('a').getClient();
    await knex.raw('select 1');
    await manager.stop();
    expect(knex.client.pool).to.equal(undefined);
  });
});
