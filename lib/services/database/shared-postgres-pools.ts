import type { Knex } from 'knex';
import type { Client } from 'pg';
import type { LoggerService } from '../../api';
import { closeClient } from './close-client';
import type { ConnectionRoom } from './connection-room';
import { connectionError } from './database-error';
import type { DialectClient } from './dialect-client';
import { createKnexClient } from './knex-client';
import type { Settings } from './merge-settings';
import type { PluginDatabaseSettings } from './plugin-database-settings';
import { postgresConnection } from './postgres-connection';

/**
 * Connections of one pool, for all plugins together. More than the ten that knex gives each pool, since
 * requests that hold a connection while they wait for another plugin need two.
 */
const POOL_MAX = 20;

/** Ends what the plugin that used a connection before may have left behind. */
const CLEAN = [
  'SET SESSION AUTHORIZATION DEFAULT', // and the role
  'RESET ALL',
  'CLOSE ALL',
  'UNLISTEN *',
  'SELECT pg_advisory_unlock_all()',
  'DISCARD TEMP',
  'DISCARD SEQUENCES',
];

/**
 * Pools that plugins share in schema mode: one for all plugins with the same connection and the same
 * `knexConfig`, so that only those with settings of their own have a pool of their own.
 *
 * A connection belongs to one plugin from when it is taken until it is given back, which knex does after
 * the query or the transaction. Before another plugin gets it, all state of the session is reset and its
 * schema and role are set; if that fails, the connection is not used again.
 */
export class SharedPostgresPools {
  readonly #owners = new Map<string, Promise<Knex>>();
  readonly #users = new WeakMap<Client, string>();
  readonly #room: ConnectionRoom;
  readonly #logger: LoggerService | undefined;

  /** @param logger - gets what knex says about the pools, which are those of no plugin */
  constructor(room: ConnectionRoom, logger?: LoggerService) {
    this.#room = room;
    this.#logger = logger;
  }

  /** Makes the client of a plugin take its connections from the pool for its settings. */
  async attach(
    client: DialectClient,
    settings: PluginDatabaseSettings,
    checkVersion: (connection: Client) => Promise<string>,
  ): Promise<void> {
    const owner = await this.#ownerFor(settings);
    await client.pool?.destroy(); // its own, which is empty
    client.pool = (owner.client as DialectClient).pool;
    client.isPoolShared = true;
    // Queries that still run when the plugin destroys its client give their connections back.
    client.releaseConnection = connection => owner.client.releaseConnection(connection);
    client.destroy = async callback => {
      client.pool = undefined;
      callback?.();
    };
    const acquire = client.acquireConnection.bind(client);
    client.acquireConnection = async () => {
      const connection = (await acquire()) as Client;
      try {
        client.version ??= await checkVersion(connection);
        await this.#handOver(connection, settings);
      } catch (error) {
        (connection as { __knex__disposed?: unknown }).__knex__disposed = error;
        await client.releaseConnection(connection);
        throw connectionError('Failed to prepare a connection to the database', error, settings);
      }
      return connection;
    };
  }

  /**
   * Closes all pools.
   *
   * @returns the ids of the plugins that still used a connection, once for each that was cut
   */
  async close(): Promise<string[]> {
    const cut = await Promise.all(
      Array.from(this.#owners.values(), async owner => closeClient(await owner)),
    );
    return cut.flat().map(connection => this.#users.get(connection as Client) ?? '');
  }

  #ownerFor(settings: PluginDatabaseSettings): Promise<Knex> {
    const { application_name: _, ...connection } = settings.connection;
    const key = JSON.stringify([connection, settings.knexConfig]);
    let owner = this.#owners.get(key);
    if (!owner) {
      owner = openOwner(settings, connection, this.#room, this.#logger);
      owner.catch(() => this.#owners.delete(key));
      this.#owners.set(key, owner);
    }
    return owner;
  }

  async #handOver(connection: Client, settings: PluginDatabaseSettings): Promise<void> {
    const { pluginId, searchPath = [], role, connection: options } = settings;
    if (this.#users.get(connection) === pluginId) return;
    this.#users.set(connection, pluginId);
    const identifier = (name: string) => connection.escapeIdentifier(name);
    const statements = [
      ...CLEAN,
      `SET search_path TO ${searchPath.map(identifier).join(', ')}`,
      `SET application_name TO ${connection.escapeLiteral(String(options.application_name))}`,
      ...(role ? [`SET ROLE ${identifier(role)}`] : []),
    ];
    if (isInTransaction(connection)) await connection.query('ROLLBACK');
    await connection.query(statements.join('; '));
  }
}

/** What opens the connections of a pool. */
async function openOwner(
  settings: PluginDatabaseSettings,
  connection: Settings,
  room: ConnectionRoom,
  logger: LoggerService | undefined,
): Promise<Knex> {
  return createKnexClient({
    settings: { ...settings, pluginId: '*' },
    logger,
    room,
    connection: await postgresConnection(connection),
    defaults: { pool: { min: 0, max: POOL_MAX, idleTimeoutMillis: 10_000 } },
    prepare: watchTransactions,
  });
}

const transactionStates = new WeakMap<Client, string>();

/** Remembers what the server says of each query: whether a transaction is open after it. */
async function watchTransactions(client: Client): Promise<void> {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  connection.on('readyForQuery', ({ status }) => transactionStates.set(client, status));
}

function isInTransaction(client: Client): boolean {
  return (transactionStates.get(client) ?? 'I') !== 'I';
}
