import type { Knex } from 'knex';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { AdminConnection } from './admin-connection';
import type { ConnectionRoom } from './connection-room';
import { connectionError } from './database-error';
import { createKnexClient } from './knex-client';
import { checkMysqlRights } from './mysql-rights';
import type { PluginDatabaseDeps } from './plugin-database-deps';
import type { PluginDatabaseSettings } from './plugin-database-settings';

/** Connections that create databases, by where they go. */
export type MysqlAdmins = Map<string, AdminConnection<Connection>>;

/** What the plugins of one backend share. */
export interface MysqlClientOptions {
  admins: MysqlAdmins;
  room: ConnectionRoom;
}

/** Connects to the MySQL or MariaDB database of a plugin, which is created first if need be. */
export async function createMysqlClient(
  settings: PluginDatabaseSettings,
  { admins, room }: MysqlClientOptions,
  { logger }: PluginDatabaseDeps,
): Promise<Knex> {
  if (settings.databaseName && settings.ensureDatabase) {
    await ensureDatabase(settings, settings.databaseName, { admins, room });
  }
  let isChecked = false;
  return createKnexClient({
    settings,
    logger,
    room,
    defaults: { pool: { min: 0, idleTimeoutMillis: 10_000 } },
    async prepare(connection) {
      if (isChecked) return;
      isChecked = true;
      await checkMysqlRights(connection, settings, logger);
    },
  });
}

async function ensureDatabase(
  settings: PluginDatabaseSettings,
  name: string,
  { admins, room }: MysqlClientOptions,
): Promise<void> {
  const { database: _, ...connection } = settings.adminConnection;
  const key = JSON.stringify(connection);
  let admin = admins.get(key);
  if (!admin) {
    admin = new AdminConnection(
      () => room.open(() => openConnection(connection)),
      opened => opened.end(),
    );
    admins.set(key, admin);
  }
  try {
    await admin.run(async opened => {
      // Asked first, since IF NOT EXISTS wants the right to create even where nothing is created.
      const [found] = await opened.query(
        'SELECT 1 FROM information_schema.schemata WHERE schema_name = ?',
        [name],
      );
      if ((found as unknown[]).length > 0) return;
      await opened.query('CREATE DATABASE IF NOT EXISTS ??', [name]);
    });
  } catch (error) {
    throw connectionError(
      `Failed to connect to the database to make sure that '${name}' exists`,
      error,
      settings,
    );
  }
}

async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { createConnection } = require('mysql2/promise') as typeof import('mysql2/promise');
  const connection = await createConnection(options);
  // A broken idle connection is noticed at its next use; without a listener it would end the process.
  connection.on('error', () => {});
  return connection;
}
