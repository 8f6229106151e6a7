import type { LoggerService } from '../../api';
import type { PluginDatabaseSettings } from './plugin-database-settings';

const NEEDED = 'SELECT INSERT UPDATE DELETE CREATE DROP REFERENCES INDEX ALTER'.split(' ');

/** What we use of a connection of mysql2 as knex opens it. */
interface MysqlConnection {
  query(
    sql: string,
    values: unknown[],
    done: (error: Error | null, rows: Array<{ [column in string]: unknown }>) => void,
  ): void;
}

/**
 * Looks at what the user of a plugin may do in its database before the plugin needs it, and warns of
 * what migrations may want with the statement that grants it. Rights by roles are left alone: the server
 * does not list them here.
 */
export async function checkMysqlRights(
  connection: MysqlConnection,
  { pluginId, databaseName, connectionPath }: PluginDatabaseSettings,
  logger?: LoggerService,
): Promise<void> {
  const ask = (sql: string, values: unknown[] = []) =>
    new Promise<Array<{ [column in string]: unknown }>>((resolve, reject) =>
      connection.query(sql, values, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  const [{ account, role }] = await ask(
    'SELECT CURRENT_USER() AS account, CURRENT_ROLE() AS role',
  ).catch(() => ask('SELECT CURRENT_USER() AS account, NULL AS role')); // MySQL 5.7 has no roles
  if (role !== null && role !== 'NONE') return;
  const [, user, host] = /^(.*)@([^@]*)$/.exec(String(account)) ?? [];
  const grantee = `'${user}'@'${host}'`;
  const rows = await ask(
    `SELECT privilege_type AS right_name FROM information_schema.user_privileges WHERE grantee = ?
     UNION SELECT privilege_type FROM information_schema.schema_privileges
     WHERE grantee = ? AND ? LIKE table_schema`,
    [grantee, grantee, databaseName],
  );
  const rights = new Set(rows.map(({ right_name }) => right_name));
  const missing = NEEDED.filter(right => !rights.has(right));
  if (missing.length === 0) return;
  logger?.warn(
    `The database user ${grantee} of plugin '${pluginId}' lacks rights that its queries and migrations may ` +
      `want. If so, run \`GRANT ${missing.join(', ')} ON \`${databaseName}\`.* TO ${grantee}\` ` +
      `(configured at '${connectionPath}')`,
  );
}
