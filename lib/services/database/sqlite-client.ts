import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import type { PluginDatabaseDeps } from './plugin-database-deps';
import { hasDevDataStore, loadDevData, saveDevData } from './dev-data-store';
import { connectionError } from './database-error';
import { createKnexClient } from './knex-client';
import type { PluginDatabaseSettings } from './plugin-database-settings';

/** Opens the SQLite database of a plugin: a file, or memory. */
export async function createSqliteClient(
  settings: PluginDatabaseSettings,
  { lifecycle, logger }: PluginDatabaseDeps,
): Promise<Knex> {
  const { connection, pluginId } = settings;
  const filename = connection.filename as string;
  if (filename === ':memory:') {
    if (lifecycle && logger && hasDevDataStore()) {
      return createRememberedClient(settings, { lifecycle, logger }, `sqlite3-db-${pluginId}`);
    }
  } else {
    await makeDirectory(dirname(filename), settings);
  }
  return createKnexClient({ settings, logger, prepare: enforceForeignKeys });
}

/** Under `backstage-cli package start`, the data in memory survives the restart after a code change. */
async function createRememberedClient(
  settings: PluginDatabaseSettings,
  { lifecycle, logger }: Required<PluginDatabaseDeps>,
  key: string,
): Promise<Knex> {
  const filename = (await loadDevData(key)) ?? ':memory:';
  const knex = await createKnexClient({
    settings: { ...settings, connection: { ...settings.connection, filename } },
    logger,
    prepare: enforceForeignKeys,
  });
  lifecycle.addShutdownHook(async () => {
    const connection = await knex.client.acquireConnection();
    try {
      if (connection.serialize) await saveDevData(key, connection.serialize());
    } finally {
      await knex.client.releaseConnection(connection);
    }
  });
  return knex;
}

async function makeDirectory(path: string, settings: PluginDatabaseSettings): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw connectionError('Failed to create the directory of the database', error, settings);
  }
}

async function enforceForeignKeys(connection: any): Promise<void> {
  if (connection.pragma) {
    connection.pragma('foreign_keys = ON');
  } else {
    await new Promise<void>((resolve, reject) =>
      connection.run('PRAGMA foreign_keys = ON', (error: Error | null) =>
        error ? reject(error) : resolve(),
      ),
    );
  }
}
