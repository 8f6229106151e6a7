import { join } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { mergeSettings, type Settings } from './merge-settings';
import { normalizeConnection } from './normalize-connection';

const CONNECTION_PATH = 'backend.database.connection';

/** The kinds of database that there is code for. */
export type DatabaseEngine = 'sqlite' | 'postgres' | 'mysql';

const engines: { [client in string]?: DatabaseEngine } = {
  'better-sqlite3': 'sqlite',
  sqlite3: 'sqlite',
  pg: 'postgres',
  mysql: 'mysql',
  mysql2: 'mysql',
};

/** Everything that `backend.database` says about one plugin. */
export interface PluginDatabaseSettings {
  readonly pluginId: string;
  /** The knex client, for example `pg`. */
  readonly client: string;
  readonly engine: DatabaseEngine;
  /** What the driver is given, with the database or file of the plugin filled in. */
  readonly connection: Settings;
  /**
   * What creates the database of the plugin: the base connection where the plugin uses the same
   * server, since its user is the one that may create databases.
   */
  readonly adminConnection: Settings;
  /** Where in the configuration the connection is written, for messages. */
  readonly connectionPath: string;
  readonly databaseName?: string;
  /** The PostgreSQL schema of the plugin, in schema mode. */
  readonly schema?: string;
  /** Where PostgreSQL looks for tables, in schema mode: in the schema of the plugin first. */
  readonly searchPath?: string[];
  readonly role?: string;
  readonly baseRole?: string;
  readonly ensureDatabase: boolean;
  readonly ensureSchema: boolean;
  readonly knexConfig: Settings;
}

/** The engine of the client that a plugin uses. @throws Error when there is none */
export function engineForPlugin(config: Config, pluginId: string): DatabaseEngine {
  const client = clientForPlugin(config, pluginId);
  const engine = engines[client];
  if (!engine) {
    throw new Error(
      `Unsupported database client type '${client}' specified for plugin '${pluginId}', use one of ` +
        `'${Object.keys(engines).join("', '")}' in 'backend.database.client' or ` +
        `'backend.database.plugin.${pluginId}.client'`,
    );
  }
  return engine;
}

/**
 * Reads the settings of a plugin.
 *
 * @param config the `backend.database` section
 * @throws InputError when the settings contradict each other
 */
export async function readPluginDatabaseSettings(
  config: Config,
  pluginId: string,
): Promise<PluginDatabaseSettings> {
  const engine = engineForPlugin(config, pluginId);
  const client = clientForPlugin(config, pluginId);
  const own = config.getOptionalConfig(`plugin.${pluginId}`);
  const divisionMode = config.getOptionalString('pluginDivisionMode') ?? 'database';
  const schemaMode = divisionMode === 'schema';
  if (divisionMode !== 'database' && !(schemaMode && engine === 'postgres')) {
    const driver = { sqlite: 'SQLite', mysql: 'MySQL', postgres: 'PostgreSQL' }[engine];
    throw new InputError(
      `The ${driver} driver does not support plugin division mode '${divisionMode}'`,
    );
  }

  const inherits = client === config.getString('client');
  const baseConnection = inherits ? config.getOptional('connection') : undefined;
  const base = normalizeConnection(engine, baseConnection, CONNECTION_PATH);
  const ownPath = `backend.database.plugin.${pluginId}.connection`;
  const ownConnection = own?.getOptional('connection');
  const override = normalizeConnection(engine, ownConnection, ownPath);
  if (engine !== 'sqlite' && baseConnection === undefined && ownConnection === undefined) {
    throw new InputError(
      `Missing required config value at '${inherits ? CONNECTION_PATH : ownPath}' for the database of plugin '${pluginId}'`,
    );
  }
  if (engine === 'sqlite' && base.filename !== undefined && base.filename !== ':memory:') {
    throw new InputError(
      '`connection.filename` is not supported for the base sqlite connection. Prefer `connection.directory` or provide a filename for the plugin connection instead.',
    );
  }
  const { database: baseDatabase, ...baseWithoutDatabase } = base;
  const inherited: Settings = {
    ...baseWithoutDatabase,
    ...(engine === 'postgres' && {
      application_name: base.application_name || `backstage_plugin_${pluginId}`,
    }),
    ...((schemaMode || isPinned(baseConnection)) && baseDatabase ? { database: baseDatabase } : {}),
  };
  // As in stock Backstage: with PostgreSQL, a plugin may change one part of `ssl`.
  const connection =
    engine === 'postgres' ? mergeSettings(inherited, override) : { ...inherited, ...override };

  const databaseName = databaseNameFor(
    config,
    pluginId,
    connection,
    schemaMode && engine === 'postgres',
  );
  const ensureDatabase =
    own?.getOptionalBoolean('ensureExists') ?? config.getOptionalBoolean('ensureExists') ?? true;
  const ensureSchema =
    own?.getOptionalBoolean('ensureSchemaExists') ??
    config.getOptionalBoolean('ensureSchemaExists') ??
    false;
  const sameServer = ['host', 'port', 'socketPath', 'type', 'instance'].every(
    key => override[key] === undefined || override[key] === base[key],
  );

  const schema = schemaMode ? schemaFor(config, pluginId) : undefined;
  const knexConfig = mergeSettings(
    engine === 'postgres' ? baseKnexSettings(config) : undefined,
    config.getOptional<Settings>('knexConfig'),
    own?.getOptional<Settings>('knexConfig'),
  );

  return {
    pluginId,
    client,
    engine,
    connection:
      engine === 'sqlite'
        ? sqliteConnection(connection, pluginId)
        : { ...connection, ...(databaseName && { database: databaseName }) },
    adminConnection:
      inherits && sameServer ? { ...connection, ...baseWithoutDatabase } : connection,
    connectionPath: Object.keys(override).length > 0 ? ownPath : CONNECTION_PATH,
    databaseName,
    schema,
    searchPath: schema === undefined ? undefined : searchPathFor(schema, knexConfig),
    role: own?.getOptionalString('role') ?? config.getOptionalString('role'),
    baseRole: config.getOptionalString('role'),
    ensureDatabase,
    ensureSchema: schemaMode && (ensureSchema || ensureDatabase),
    knexConfig,
  };
}

/**
 * What else is in the section, which stock Backstage passes on to knex for PostgreSQL, and only there;
 * `useNullAsDefault` it sets itself.
 */
function baseKnexSettings(config: Config): Settings {
  return Object.fromEntries(
    Object.entries(config.get<Settings>()).filter(([key]) => !ownKeys.has(key)),
  );
}

const ownKeys = new Set([
  'client',
  'connection',
  'ensureExists',
  'ensureSchemaExists',
  'knexConfig',
  'plugin',
  'pluginDivisionMode',
  'prefix',
  'role',
  'schemaPrefix',
  'skipMigrations',
  'useNullAsDefault',
]);

/** As in stock Backstage, the database of a `connectionString` beside other settings is that of all plugins. */
function isPinned(baseConnection: unknown): boolean {
  return typeof (baseConnection as { connectionString?: unknown })?.connectionString === 'string';
}

/** As in stock Backstage, the schema takes the place of the first one of a configured list. */
function searchPathFor(schema: string, { searchPath }: Settings): string[] {
  return [schema, ...(Array.isArray(searchPath) ? searchPath.slice(1).map(String) : [])];
}

function clientForPlugin(config: Config, pluginId: string): string {
  return config.getOptionalString(`plugin.${pluginId}.client`) ?? config.getString('client');
}

function databaseNameFor(
  config: Config,
  pluginId: string,
  connection: Settings,
  schemaMode: boolean,
): string | undefined {
  const configured = connection.database as string | undefined;
  if (schemaMode) return configured;
  if (configured) return configured;
  const prefix = config.getOptionalString('prefix') || 'backstage_plugin_';
  checkPrefix(prefix);
  return `${prefix}${pluginId}`;
}

/** Servers refuse longer names, or cut them off, and then all plugins would share one database. */
function checkPrefix(prefix: string): void {
  if (Buffer.byteLength(prefix) > 62 || prefix.includes('\0')) {
    throw new InputError(
      `'backend.database.prefix' must leave room for the plugin in the 63 bytes of a database name, and have no null character, got '${prefix.slice(0, 40).replaceAll('\0', '\\0')}…'`,
    );
  }
}

function schemaFor(config: Config, pluginId: string): string {
  const schema = `${config.getOptionalString('schemaPrefix') ?? ''}${pluginId}`;
  // PostgreSQL would cut a longer name off, and two plugins could end up in one schema.
  if (Buffer.byteLength(schema) > 63) {
    throw new InputError(
      `The schema name '${schema.slice(0, 100)}' of plugin '${pluginId}' is longer than the 63 bytes that PostgreSQL ` +
        `allows, shorten 'backend.database.schemaPrefix'`,
    );
  }
  return schema;
}

function sqliteConnection(connection: Settings, pluginId: string): Settings {
  const filename = connection.filename as string | undefined;
  if (filename === ':memory:') return { ...connection, filename };
  const directory = (connection.directory as string | undefined) ?? '.';
  return { ...connection, filename: join(directory, filename ?? `${pluginId}.sqlite`) };
}
