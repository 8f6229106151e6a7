import type { Client } from 'pg';
import type { LoggerService } from '../../api';
import type { PluginDatabaseSettings } from './plugin-database-settings';

/** A role as the server knows it. */
interface Rights {
  version: string;
  user: string;
  database: string;
  /** null when there is no such schema */
  usage: boolean | null;
  create: boolean | null;
}

/**
 * Looks at what the user of a plugin may do in its schema before the plugin needs it, and warns of each
 * missing right with the statement that gives it. A plugin whose tables are there may do without.
 *
 * @returns the version of the server
 */
export async function checkRights(
  connection: Client,
  settings: PluginDatabaseSettings,
  logger?: LoggerService,
): Promise<string> {
  const schema = settings.schema ?? searchPathOf(settings);
  const { rows } = await connection.query<Rights>(
    `SELECT current_setting('server_version') AS version, r.name AS user, current_database() AS database,
       has_schema_privilege(r.name, n.oid, 'USAGE') AS usage,
       has_schema_privilege(r.name, n.oid, 'CREATE') AS create
     FROM (SELECT coalesce($2::name, current_user) AS name) r
     LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1`,
    [schema, settings.role],
  );
  const [rights] = rows;
  const statement = missingStatement(connection, schema, rights);
  if (statement) {
    logger?.warn(
      `The database user '${rights.user}' of plugin '${settings.pluginId}' cannot create tables in schema ` +
        `'${schema}' of database '${rights.database}', as its migrations may want to. If so, run ` +
        `\`${statement}\` (configured at '${settings.connectionPath}')`,
    );
  }
  return rights.version.split(' ')[0];
}

function missingStatement(
  connection: Client,
  schema: string,
  { user, usage, create }: Rights,
): string | undefined {
  const [schemaName, userName] = [schema, user].map(name => connection.escapeIdentifier(name));
  if (usage === null) return `CREATE SCHEMA ${schemaName} AUTHORIZATION ${userName}`;
  const missing = [!usage && 'USAGE', !create && 'CREATE'].filter(Boolean);
  return missing.length > 0
    ? `GRANT ${missing.join(', ')} ON SCHEMA ${schemaName} TO ${userName}`
    : undefined;
}

function searchPathOf({ knexConfig }: PluginDatabaseSettings): string {
  const [first] = [knexConfig.searchPath ?? 'public'].flat();
  return String(first);
}
