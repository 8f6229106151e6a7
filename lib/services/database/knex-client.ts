import type { Knex } from 'knex';
import type { LoggerService } from '../../api';
import { resolveOptionalPackage } from '../load-optional-package';
import { connectionError } from './database-error';
import { mergeSettings, type Settings } from './merge-settings';
import type { PluginDatabaseSettings } from './plugin-database-settings';

/** What the dialects of knex have in common and its types leave out. */
interface DialectClient {
  acquireRawConnection(): Promise<unknown>;
}

/** Options of {@link createKnexClient}. */
export interface KnexClientOptions {
  settings: PluginDatabaseSettings;
  /** Gets what knex would print on the console. */
  logger?: LoggerService;
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
  const { settings, logger, prepare } = options;
  const { client } = settings;
  if (client === 'mysql' || client === 'sqlite3') {
    // We bring along their successors only.
    resolveOptionalPackage(client, `Database client '${client}' of plugin '${settings.pluginId}'`);
  }

  const { default: createKnex } = await import('knex');
  const knex = createKnex({
    ...(logger && { log: knexLog(logger) }),
    ...mergeSettings(options.defaults, settings.knexConfig, options.overrides),
    client,
    connection: (options.connection ?? settings.connection) as Knex.Config['connection'],
    useNullAsDefault: true,
  });

  const dialect: DialectClient = knex.client;
  const acquire = dialect.acquireRawConnection.bind(dialect);
  dialect.acquireRawConnection = async () => {
    try {
      const connection = await acquire();
      await prepare?.(connection);
      return connection;
    } catch (error) {
      throw connectionError('Failed to connect to the database', error, settings);
    }
  };
  return knex;
}

/** knex hands over texts and errors alike. */
function knexLog(logger: LoggerService): Knex.Logger {
  return {
    error: message => logger.error(String(message)),
    warn: message => logger.warn(String(message)),
    deprecate: (method, alternative) =>
      logger.warn(`knex: ${method} is deprecated, please use ${alternative}`),
    debug: message => logger.debug(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}
