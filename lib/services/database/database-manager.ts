import { ConfigReader, type Config } from '@backstage/config';
import type { Knex } from 'knex';
import type {
  DatabaseService,
  RootConfigService,
  RootLifecycleService,
  RootLoggerService,
} from '../../api';
import { checkClient } from './check-client';
import { closeClient } from './close-client';
import { ConnectionRoom } from './connection-room';
import { DatabaseNames } from './database-names';
import { createMysqlClient, type MysqlClientOptions } from './mysql-client';
import type { PluginDatabaseDeps } from './plugin-database-deps';
import { engineForPlugin, readPluginDatabaseSettings } from './plugin-database-settings';
import { PostgresAdmins } from './postgres-admins';
import { createPostgresClient, type PostgresClientOptions } from './postgres-client';
import { SharedPostgresPools } from './shared-postgres-pools';
import { createSqliteClient } from './sqlite-client';

/** Options of {@link DatabaseManager.fromConfig}. */
export type DatabaseManagerOptions = {
  /** Decides over the migrations of all plugins; otherwise the configuration does. */
  migrations?: DatabaseService['migrations'];
  rootLogger?: RootLoggerService;
  /** Closes all connections when the backend stops. */
  rootLifecycle?: RootLifecycleService;
};

/**
 * Hands every plugin its own database, as `backend.database` of the configuration says. Without that
 * section, each has one in memory. knex and the driver load when the first plugin asks for its client.
 *
 * @example
 * ```ts
 * const manager = DatabaseManager.fromConfig(config);
 * const knex = await manager.forPlugin('catalog', { logger, lifecycle }).getClient();
 * ```
 */
export class DatabaseManager {
  readonly #config: Config;
  readonly #options: DatabaseManagerOptions;
  readonly #clients = new Map<string, Promise<Knex>>();
  /** A client of each server. */
  readonly #servers = new Map<string, Knex>();
  readonly #names = new DatabaseNames();
  readonly #postgres: PostgresClientOptions;
  readonly #mysql: MysqlClientOptions;

  /** @param config the whole configuration */
  static fromConfig(config: RootConfigService, options?: DatabaseManagerOptions): DatabaseManager {
    const section =
      config.getOptionalConfig('backend.database') ??
      new ConfigReader({ client: 'better-sqlite3', connection: ':memory:' });
    return new DatabaseManager(section, options ?? {});
  }

  private constructor(config: Config, options: DatabaseManagerOptions) {
    this.#config = config;
    this.#options = options;
    const room = new ConnectionRoom(options.rootLogger);
    this.#postgres = {
      admins: new PostgresAdmins(room),
      pools: new SharedPostgresPools(room, options.rootLogger),
      room,
    };
    this.#mysql = { admins: new Map(), room };
    options.rootLifecycle?.addShutdownHook(() => this.#close());
  }

  /**
   * The database of a plugin. Nothing connects before `getClient` is called.
   *
   * @throws Error when the configured client is unknown
   */
  forPlugin(pluginId: string, deps: PluginDatabaseDeps = {}): DatabaseService {
    engineForPlugin(this.#config, pluginId);
    const skip =
      this.#options.migrations?.skip ??
      this.#config.getOptionalBoolean(`plugin.${pluginId}.skipMigrations`) ??
      this.#config.getOptionalBoolean('skipMigrations') ??
      false;
    return {
      getClient: () => this.#client(pluginId, deps),
      migrations: { skip },
    };
  }

  /**
   * Asks each server that plugins have used for a sign of life.
   *
   * @throws Error when one does not answer
   */
  async checkServers(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(checkClient));
  }

  #client(pluginId: string, deps: PluginDatabaseDeps): Promise<Knex> {
    const present = this.#clients.get(pluginId);
    if (present) return present;
    const client = this.#connect(pluginId, deps);
    this.#clients.set(pluginId, client);
    // A server that was down for a moment must not stay down for this plugin.
    client.catch(() => this.#clients.delete(pluginId));
    return client;
  }

  async #connect(pluginId: string, deps: PluginDatabaseDeps): Promise<Knex> {
    const settings = await readPluginDatabaseSettings(this.#config, pluginId);
    this.#names.check(settings);
    if (settings.engine === 'sqlite') return createSqliteClient(settings, deps);
    const client =
      settings.engine === 'postgres'
        ? await createPostgresClient(settings, this.#postgres, deps)
        : await createMysqlClient(settings, this.#mysql, deps);
    const { host, port, socketPath, instance } = settings.connection;
    this.#servers.set(JSON.stringify([settings.client, host, port, socketPath, instance]), client);
    return client;
  }

  async #close(): Promise<void> {
    const closings = Array.from(this.#clients, async ([pluginId, client]) => {
      try {
        const cut = await closeClient(await client);
        this.#warnOfCut(cut.map(() => pluginId));
      } catch (error) {
        this.#options.rootLogger?.error(
          `Problem closing database connection for ${pluginId}`,
          error as Error,
        );
      }
    });
    await Promise.all([
      ...closings,
      this.#postgres.pools.close().then(cut => this.#warnOfCut(cut)),
      this.#postgres.admins.close(),
      ...Array.from(this.#mysql.admins.values(), admin => admin.close()),
    ]);
  }

  #warnOfCut(pluginIds: string[]): void {
    for (const id of new Set(pluginIds)) {
      const count = pluginIds.filter(other => other === id).length;
      this.#options.rootLogger?.warn(
        `Cut ${count} database connection${count > 1 ? 's' : ''} that plugin '${id}' still used`,
      );
    }
  }
}
