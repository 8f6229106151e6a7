import type { Knex } from 'knex';
import type { Client } from 'pg';
import { AdminConnection } from './admin-connection';
import { connectionError } from './database-error';
import { createKnexClient } from './knex-client';
import type { Settings } from './merge-settings';
import type { PluginDatabaseDeps } from './plugin-database-deps';
import type { PluginDatabaseSettings } from './plugin-database-settings';
import { postgresConnection } from './postgres-connection';

/** Databases that are created at the same time, which the server does faster than one after the other. */
const CREATING_CONNECTIONS = 4;

/** Connections that create databases and schemas, by where they go. */
export type PostgresAdmins = Map<string, AdminConnection<Client>>;

/** Connects to the PostgreSQL database or schema of a plugin, which is created first if need be. */
export async function createPostgresClient(
  settings: PluginDatabaseSettings,
  admins: PostgresAdmins,
  { logger }: PluginDatabaseDeps,
): Promise<Knex> {
  const { databaseName, schema, role } = settings;
  if (databaseName && settings.ensureDatabase) {
    await ensureDatabase(settings, databaseName, admins);
  }
  if (schema && settings.ensureSchema) {
    await ensureSchema(settings, schema, admins);
  }
  return createKnexClient({
    settings,
    logger,
    connection: await postgresConnection(settings.connection),
    // Idle connections close by themselves, so an unused plugin holds none and none needs keeping alive.
    defaults: { pool: { min: 0, idleTimeoutMillis: 10_000 } },
    overrides: schema ? { searchPath: [schema] } : {},
    prepare: role
      ? async (connection: Client) => {
          await connection.query(`SET ROLE ${connection.escapeIdentifier(role)}`);
        }
      : undefined,
  });
}

async function ensureDatabase(
  settings: PluginDatabaseSettings,
  name: string,
  admins: PostgresAdmins,
): Promise<void> {
  const { adminConnection, baseRole, role } = settings;
  const adminOf = (use: string) =>
    adminFor({ ...adminConnection, database: 'postgres' }, baseRole, admins, use);
  const isThere = async (client: Client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    return found.rowCount !== 0;
  };
  try {
    if (await adminOf('find').run(isThere)) return;
    const owner = role && role !== baseRole ? role : undefined;
    await adminOf(`create ${shareOf(name, CREATING_CONNECTIONS)}`).run(async client => {
      // Another replica may have been faster.
      if (await isThere(client)) return;
      const ownedBy = owner ? ` OWNER ${client.escapeIdentifier(owner)}` : '';
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${ownedBy}`);
    });
  } catch (error) {
    if (await canConnect(settings)) return;
    throw connectionError(
      `Failed to connect to the database to make sure that '${name}' exists`,
      error,
      settings,
    );
  }
}

/** Spreads names evenly. */
function shareOf(name: string, shares: number): number {
  return Buffer.from(name).reduce((sum, byte) => sum + byte) % shares;
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
  const admin = adminFor(
    { ...adminConnection, database: databaseName },
    baseRole,
    admins,
    'schemas',
  );
  try {
    await admin.run(async client => {
      // Asked first, since IF NOT EXISTS wants the right to create even where nothing is created.
      const found = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
      if (found.rowCount) return;
      const owner = role ? ` AUTHORIZATION ${client.escapeIdentifier(role)}` : '';
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}${owner}`);
    });
  } catch (error) {
    throw connectionError(
      `Failed to connect to the database to make sure that schema for plugin '${settings.pluginId}' exists`,
      error,
      settings,
    );
  }
}

function adminFor(
  connection: Settings,
  role: string | undefined,
  admins: PostgresAdmins,
  use: string,
): AdminConnection<Client> {
  const { application_name: _, ...shared } = connection;
  const key = JSON.stringify([use, shared, role]);
  let admin = admins.get(key);
  if (!admin) {
    admin = new AdminConnection(
      () => openClient(shared, role),
      client => client.end(),
    );
    admins.set(key, admin);
  }
  return admin;
}

async function openClient(connection: Settings, role: string | undefined): Promise<Client> {
  const { Client: PgClient } = require('pg') as typeof import('pg');
  const source = await postgresConnection(connection);
  const client = new PgClient(typeof source === 'function' ? await source() : source);
  // A broken idle connection is noticed at its next use; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  if (role) await client.query(`SET ROLE ${client.escapeIdentifier(role)}`);
  return client;
}
