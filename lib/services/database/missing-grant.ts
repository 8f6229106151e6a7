import type { PluginDatabaseSettings } from './plugin-database-settings';

/**
 * The statement that gives a user the right it lacked.
 *
 * @param error what the server said to a query or to a log-in
 * @returns undefined for errors of another kind
 */
export function missingGrant(error: unknown, settings: PluginDatabaseSettings): string | undefined {
  const { code, message, detail } = error as { [key in string]?: unknown };
  if (settings.engine === 'mysql') return missingMysqlGrant(code, String(message), settings);
  if (settings.engine !== 'postgres') return undefined;
  if (code === '22023' || code === '42704') return missingRole(String(message), settings);
  return code === '42501'
    ? missingPostgresGrant(String(message), String(detail), settings)
    : undefined;
}

function missingMysqlGrant(
  code: unknown,
  message: string,
  { databaseName, connection }: PluginDatabaseSettings,
): string | undefined {
  const database = `\`${databaseName}\`.*`;
  if (code === 'ER_DBACCESS_DENIED_ERROR') {
    const [account] = /'[^']*'@'[^']*'/.exec(message) ?? [`'${connection.user}'`];
    return `GRANT ALL PRIVILEGES ON ${database} TO ${account}`;
  }
  if (code !== 'ER_TABLEACCESS_DENIED_ERROR') return undefined;
  // Here the message names the host that the client is on, not that of the account.
  const [, commands] = /([A-Z]+(?:, [A-Z]+)*) command denied/.exec(message) ?? [];
  return `GRANT ${commands ?? 'ALL PRIVILEGES'} ON ${database} TO '${connection.user}'`;
}

function missingPostgresGrant(
  message: string,
  detail: string,
  settings: PluginDatabaseSettings,
): string | undefined {
  const user = `"${settings.role ?? settings.connection.user ?? 'user'}"`;
  if (/to create database/.test(message)) return `ALTER ROLE ${adminOf(settings)} CREATEDB`;
  const [, role] =
    /(?:permission denied to set role|must be (?:a )?member of role|must be able to SET ROLE) "([^"]+)"/.exec(
      message,
    ) ?? [];
  if (role) return `GRANT "${role}" TO "${settings.connection.user ?? 'user'}"`;
  const [, denied, name] =
    /(permission denied for (?:schema|table|sequence|database)|must be owner of (?:table|relation)) "?([^"\s]+)"?/.exec(
      message,
    ) ?? [];
  switch (denied?.split(' ').at(-1)) {
    case 'schema':
      return `GRANT USAGE, CREATE ON SCHEMA "${name}" TO ${user}`;
    case 'database':
      return `GRANT ${/CONNECT/.test(detail) ? 'CONNECT' : 'CREATE'} ON DATABASE "${name}" TO ${user}`;
    case 'sequence':
      return `GRANT USAGE, SELECT ON SEQUENCE "${name}" TO ${user}`;
    case 'table':
    case 'relation':
      return denied.startsWith('must')
        ? `ALTER TABLE "${name}" OWNER TO ${user}`
        : `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "${name}" TO ${user}`;
    default:
      return undefined;
  }
}

/** Databases are created as the role of all plugins. */
function adminOf({ baseRole, adminConnection }: PluginDatabaseSettings): string {
  return `"${baseRole ?? adminConnection.user ?? 'user'}"`;
}

function missingRole(message: string, { connection }: PluginDatabaseSettings): string | undefined {
  const [, role] = /role "([^"]+)" does not exist/.exec(message) ?? [];
  return role && `CREATE ROLE "${role}"; GRANT "${role}" TO "${connection.user ?? 'user'}"`;
}
