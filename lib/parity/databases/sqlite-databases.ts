import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ParityError } from '../errors';
import { readTables, type TableContent } from './read-tables';
import type { DatabasesOfSide } from './side-databases';

const ENDING = '.sqlite';

/** A folder with a file for each plugin. */
export async function createSqliteDatabases(seed: string | undefined): Promise<DatabasesOfSide> {
  const folder = await mkdtemp(join(tmpdir(), 'forklift-databases-'));
  const remove = async () => await rm(folder, { recursive: true, force: true });
  try {
    if (seed !== undefined) {
      await copySeed(seed, folder);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    env: {
      APP_CONFIG_backend_database_client: 'better-sqlite3',
      APP_CONFIG_backend_database_connection: JSON.stringify({ directory: folder }),
    },
    read: async () => await readFolder(folder),
    remove,
  };
}

async function copySeed(seed: string, folder: string): Promise<void> {
  const kind = await stat(seed).catch(() => undefined);
  if (kind?.isDirectory()) {
    const files = (await readdir(seed)).filter(name => name.includes(ENDING));
    if (files.length > 0) {
      await mkdir(folder, { recursive: true });
      // With what SQLite keeps beside them (-wal, -shm).
      await Promise.all(files.map(name => cp(join(seed, name), join(folder, name))));
      return;
    }
  } else if (kind?.isFile() && seed.endsWith(ENDING)) {
    await cp(seed, join(folder, basename(seed)));
    return;
  }
  throw new ParityError(
    'DATABASE_UNUSABLE',
    `There is nothing to begin with at '${seed}'. Give a file such as catalog${ENDING}, named after its plugin, or a folder with such files`,
  );
}

async function readFolder(folder: string): Promise<Record<string, Record<string, TableContent>>> {
  const { knex: createKnex } = require('knex') as typeof import('knex');
  const files = (await readdir(folder)).filter(name => name.endsWith(ENDING));
  const entries = files.map(async (name): Promise<[string, Record<string, TableContent>]> => {
    const knex = createKnex({
      client: 'better-sqlite3',
      connection: { filename: join(folder, name) },
      useNullAsDefault: true,
    });
    try {
      return [basename(name, ENDING), await readTables(knex, 'better-sqlite3')];
    } finally {
      await knex.destroy();
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}
