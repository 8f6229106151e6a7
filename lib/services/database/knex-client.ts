import type { Knex } from 'knex';
import type { LoggerService } from '../../api';
import { resolveOptionalPackage } from '../load-optional-package';
import type { ConnectionRoom } from './connection-room';
import { connectionError, DatabaseError, isConnectionLoss } from './database-error';
import type { DialectClient } from './dialect-client';
import { keepAlive } from './keep-alive';
import { mergeSettings, type Settings } from './merge-settings';
import type { PluginDatabaseSettings } from './plugin-database-settings';
import { migrateWithOthers } from './migrate-with-others';
import { missingGrant } from './missing-grant';

/** Options of {@link createKnexClient}. */
export interface KnexClientOptions {
  settings: PluginDatabaseSettings;
  /** Gets what knex would print on the console. */
  logger?: LoggerService;
  room?: ConnectionRoom;
  /** Replaces the connection of the settings, for example by a function that fetches a token. */
  connection?: Settings | (() => Promise<Settings>);
  /** Weaker than `knexConfig` of the settings. */
  defaults?: Settings;
  /** Stronger than `knexConfig` of the settings. */
  overrides?: Settings;
  /** Runs on every new connection of the driver before anyone uses it. */
  prepare?(connection: any): Promise<void>;
}

/**
 * Creates a knex client whose connection errors name the plugin and the place in the configuration.
 *
 * @throws Error when the driver is not installed
 */
export async function createKnexClient(options: KnexClientOptions): Promise<Knex> {
  const { settings, logger } = options;
  const { client } = settings;
  if (client === 'mysql' || client === 'sqlite3') {
    // We bring along their successors only.
    resolveOptionalPackage(client, `Database client '${client}' of plugin '${settings.pluginId}'`);
  }

  const { knex: createKnex } = require('knex') as typeof import('knex');
  const knex = createKnex({
    ...(logger && { log: knexLog(logger) }),
    useNullAsDefault: true,
    ...mergeSettings(options.defaults, settings.knexConfig, options.overrides),
    client,
    connection: (options.connection ?? settings.connection) as Knex.Config['connection'],
  });

  watchConnections(knex.client, options);
  migrateWithOthers(knex, `plugin '${settings.pluginId}'`);
  knex.on('query-error', (error: Error & { statusCode?: number }) => {
    if (isConnectionLoss(error)) error.statusCode = 503;
    const grant = missingGrant(error, settings);
    if (grant) error.message += ` (plugin '${settings.pluginId}' lacks a right, run \`${grant}\`)`;
  });
  if (settings.engine !== 'sqlite' && knex.client.pool?.min > 0) {
    keepAlive(knex, settings.pluginId, logger);
  }
  return knex;
}

/** Makes the client know its connections, and say whose database it could not connect to, and why. */
function watchConnections(
  client: DialectClient,
  { settings, room, prepare }: KnexClientOptions,
): void {
  const openConnections = new Set<unknown>();
  client.openConnections = openConnections;
  const close = client.destroyRawConnection.bind(client);
  client.destroyRawConnection = connection => {
    openConnections.delete(connection);
    return close(connection);
  };
  const connect = client.acquireRawConnection.bind(client);
  const open = () => (room ? room.open(connect, client) : connect());
  room?.add(client);
  client.acquireRawConnection = async () => {
    const connection = await open();
    try {
      await prepare?.(connection);
    } catch (error) {
      await close(connection);
      throw error;
    }
    openConnections.add(connection);
    return connection;
  };
  const acquire = client.acquireConnection.bind(client);
  client.acquireConnection = async () => {
    try {
      return await acquire();
    } catch (error) {
      if ((error as Error).name !== 'KnexTimeoutError') {
        throw connectionError('Failed to connect to the database', error, settings);
      }
      const [pool, section] = client.isPoolShared
        ? ['the pool that plugins share', 'backend.database']
        : ['its pool', `backend.database.plugin.${settings.pluginId}`];
      throw new DatabaseError(
        `Timeout acquiring a connection to the database of plugin '${settings.pluginId}': all ` +
          `${client.pool?.max} connections of ${pool} are in use. Look for queries that take long and ` +
          `for transactions whose queries do not use them, or raise '${section}.knexConfig.pool.max'`,
        error,
      );
    }
  };
}

/**
 * An outage would fill the log with stacks of what the caller is told anyway, and waiting for the lock of
 * migrations with two lines for each attempt.
 */
const isSaidElsewhere = /^(?:Acquire connection error|Can't take lock|If you are sure migrations)/;

/** knex hands over texts and errors alike. */
function knexLog(logger: LoggerService): Knex.Logger {
  return {
    error: message => logger.error(String(message)),
    warn: message => {
      if (!isSaidElsewhere.test(String(message))) logger.warn(String(message));
    },
    deprecate: (method, alternative) =>
      logger.warn(`knex: ${method} is deprecated, please use ${alternative}`),
    debug: message => logger.debug(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}
