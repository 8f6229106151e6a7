import type { PluginDatabaseSettings } from './plugin-database-settings';

/**
 * The statement that gives a user the right it lacked for a query.
 *
 * @returns undefined for errors of another kind
 */
export function missingGrant(error: unknown, settings: PluginDatabaseSettings): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (settings.engine === 'mysql') {
    return code === 'ER_TABLEACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR'
      ? `GRANT ALL PRIVILEGES ON \`${settings.databaseName}\`.* TO '${settings.connection.user}'`
      : undefined;
  }
  if (settings.engine !== 'postgres' || code !== '42501') return undefined;
  const user = `"${settings.role ?? settings.connection.user ?? 'user'}"`;
  const [, denied, name] =
    /(permission denied for (?:schema|table|sequence|database)|must be owner of (?:table|relation)) "?([^"\s]+)"?/.exec(
      String(message),
    ) ?? [];
  switch (denied?.split(' ').at(-1)) {
    case 'schema':
      return `GRANT USAGE, CREATE ON SCHEMA "${name}" TO ${user}`;
    case 'database':
      return `GRANT CREATE, CONNECT ON DATABASE "${name}" TO ${user}`;
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
