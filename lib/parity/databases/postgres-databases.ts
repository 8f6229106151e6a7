import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { ParityError } from '../errors';
import { readTables, type TableContent } from './read-tables';
import type { DatabasesOfSide } from './side-databases';

/** Databases whose names begin with a prefix that nobody else has. */
export async function createPostgresDatabases(
  server: string,
  seed: string | undefined,
): Promise<DatabasesOfSide> {
  const prefix = `forklift_${randomBytes(4).toString('hex')}_`;
  const remove = async () => await onServer(server, admin => dropAll(admin, prefix));
  try {
    await onServer(server, async admin => {
      await admin.raw('select 1');
      if (seed !== undefined) {
        await copyAll(admin, seed, prefix);
      }
    });
  } catch (cause) {
    await remove().catch(() => {});
    throw cause instanceof ParityError
      ? cause
      : new ParityError(
          'DATABASE_UNUSABLE',
          `No databases can be made on ${withoutPassword(server)}: ${(cause as Error).message || (cause as { code?: string }).code}`,
          { cause },
        );
  }
  return {
    env: {
      APP_CONFIG_backend_database_client: 'pg',
      APP_CONFIG_backend_database_connection: JSON.stringify(server),
      APP_CONFIG_backend_database_prefix: prefix,
      APP_CONFIG_backend_database_pluginDivisionMode: 'database',
    },
    read: async () => await readAll(server, prefix),
    remove,
  };
}

async function copyAll(admin: Knex, seed: string, prefix: string): Promise<void> {
  const names = await databases(admin, seed);
  if (names.length === 0) {
    throw new ParityError(
      'DATABASE_UNUSABLE',
      `There is nothing to begin with: no database's name begins with '${seed}'. The default of Backstage is backstage_plugin_`,
    );
  }
  for (const name of names) {
    await admin.raw('create database ?? template ??', [prefix + name.slice(seed.length), name]);
  }
}

async function dropAll(admin: Knex, prefix: string): Promise<void> {
  for (const name of await databases(admin, prefix)) {
    await admin.raw('drop database if exists ?? with (force)', [name]);
  }
}

async function readAll(
  server: string,
  prefix: string,
): Promise<Record<string, Record<string, TableContent>>> {
  const names = await onServer(server, admin => databases(admin, prefix));
  const entries: Array<[string, Record<string, TableContent>]> = [];
  for (const name of names) {
    const tables = await onServer(inDatabase(server, name), knex => readTables(knex, 'pg'));
    entries.push([name.slice(prefix.length), tables]);
  }
  return Object.fromEntries(entries);
}

async function databases(admin: Knex, prefix: string): Promise<string[]> {
  const { rows } = await admin.raw<{ rows: Array<{ name: string }> }>(
    'select datname as name from pg_database where starts_with(datname, ?) order by 1',
    [prefix],
  );
  return rows.map(({ name }) => name);
}

async function onServer<T>(connection: string, use: (knex: Knex) => Promise<T>): Promise<T> {
  const { knex: createKnex } = require('knex') as typeof import('knex');
  const knex = createKnex({
    client: 'pg',
    connection,
    pool: { min: 0, max: 4 },
    // What goes wrong is thrown as well.
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
  });
  try {
    return await use(knex);
  } finally {
    await knex.destroy();
  }
}

function inDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

function withoutPassword(server: string): string {
  return server.replace(/:[^:@/]*@/, ':***@');
}
