import type { Knex } from 'knex';
import type { Client } from 'pg';
import type { ConnectionRoom } from './connection-room';
import { connectionError } from './database-error';
import type { DialectClient } from './dialect-client';
import { hasTableInCatalog } from './has-table-in-catalog';
import { createKnexClient } from './knex-client';
import type { PluginDatabaseDeps } from './plugin-database-deps';
import type { PluginDatabaseSettings } from './plugin-database-settings';
import { openClient, type PostgresAdmins } from './postgres-admins';
import { postgresConnection } from './postgres-connection';
import { checkRights } from './postgres-rights';
import type { SharedPostgresPools } from './shared-postgres-pools';

/** What the plugins of one backend share. */
export interface PostgresClientOptions {
  admins: PostgresAdmins;
  pools: SharedPostgresPools;
  room: ConnectionRoom;
}

/** Connects to the PostgreSQL database or schema of a plugin, which is created first if need be. */
export async function createPostgresClient(
  settings: PluginDatabaseSettings,
  { admins, pools, room }: PostgresClientOptions,
  { logger }: PluginDatabaseDeps,
): Promise<Knex> {
  const { databaseName, schema, role } = settings;
  if (databaseName && settings.ensureDatabase) {
    await ensureDatabase(settings, databaseName, admins);
  }
  if (schema && settings.ensureSchema) {
    await ensureSchema(settings, schema, admins);
  }
  const knex = await createKnexClient({
    settings,
    logger,
    room,
    connection: await postgresConnection(settings.connection),
    // Idle connections close by themselves, so an unused plugin holds none and none needs keeping alive.
    defaults: { pool: { min: 0, idleTimeoutMillis: 10_000 } },
    overrides: schema ? { searchPath: settings.searchPath, pool: { min: 0 } } : {},
    prepare: role
      ? async (connection: Client) => {
          await connection.query(`SET ROLE ${connection.escapeIdentifier(role)}`);
        }
      : undefined,
  });
  hasTableInCatalog(knex);
  // Knex asks once for the version anyway.
  const checkVersion = (connection: Client) => checkRights(connection, settings, logger);
  knex.client.checkVersion = async (connection: Client) => {
    try {
      return await checkVersion(connection);
    } catch (error) {
      await connection.end(); // knex forgets it
      throw error;
    }
  };
  if (schema) await pools.attach(knex.client as DialectClient, settings, checkVersion);
  return knex;
}

async function ensureDatabase(
  settings: PluginDatabaseSettings,
  name: string,
  admins: PostgresAdmins,
): Promise<void> {
  const { adminConnection, baseRole, role } = settings;
  const place = { connection: { ...adminConnection, database: 'postgres' }, role: baseRole };
  try {
    await admins.ensureDatabase(place, name, role !== baseRole ? role : undefined);
  } catch (error) {
    // Only what the server itself refuses may be different for another database.
    if ('severity' in (error as object) && (await canConnect(settings))) return;
    throw connectionError(
      `Failed to connect to the database to make sure that '${name}' exists`,
      error,
      settings,
    );
  }
}

/** Managed servers may not let anyone into the `postgres` database, while that of the plugin is there. */
async function canConnect(settings: PluginDatabaseSettings): Promise<boolean> {
  try {
    const client = await openClient(settings.connection, settings.role);
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function ensureSchema(
  settings: PluginDatabaseSettings,
  schema: string,
  admins: PostgresAdmins,
): Promise<void> {
  const { adminConnection, databaseName, baseRole, role } = settings;
  const place = { connection: { ...adminConnection, database: databaseName }, role: baseRole };
  try {
    await admins.ensureSchema(place, schema, role);
  } catch (error) {
    throw connectionError(
      `Failed to connect to the database to make sure that schema for plugin '${settings.pluginId}' exists`,
      error,
      settings,
    );
  }
}
