import type { PluginDatabaseSettings } from './plugin-database-settings';
import { missingGrant } from './missing-grant';

/**
 * A database that cannot be reached or prepared. `code` is the code of the driver, for example
 * `ECONNREFUSED` or `28P01`. The name keeps the message out of HTTP answers: it tells of hosts and users.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** For the answer to the request that needed the database. */
  readonly statusCode = 503;
  readonly code?: string;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.code = codeOf(cause);
  }
}

/** Says which plugin could not do what with which database, why, and where that is configured. */
export function connectionError(
  doing: string,
  cause: unknown,
  settings: PluginDatabaseSettings,
): DatabaseError {
  const reason = reasonOf(cause);
  const safeReason = withoutSecrets(reason, settings);
  const message =
    `${doing}, ${safeReason} (plugin '${settings.pluginId}', ` +
    `${addressOf(settings)}, configured at '${settings.connectionPath}')`;
  const remedy = remedyFor(cause, settings);
  return new DatabaseError(
    remedy ? `${message}. ${remedy}` : message,
    safeReason === reason ? cause : Object.assign(new Error(safeReason), { code: codeOf(cause) }),
  );
}

/** True when a query failed because its connection was lost, as happens when the server restarts. */
export function isConnectionLoss(error: unknown): boolean {
  const { message } = (error ?? {}) as { message?: unknown };
  return (
    lossCodes.has(codeOf(error) ?? '') ||
    /Connection (?:terminated|lost)|connection is in closed state/i.test(String(message))
  );
}

/** Those of PostgreSQL begin with 57P: it shuts down or starts. */
const lossCodes = new Set([
  '57P01',
  '57P02',
  '57P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ER_SERVER_SHUTDOWN',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
]);

function addressOf(settings: PluginDatabaseSettings): string {
  const { client, connection, databaseName, schema } = settings;
  if (settings.engine === 'sqlite') return `${client} file '${connection.filename}'`;
  const place =
    connection.socketPath ??
    `${connection.host ?? 'localhost'}:${connection.port || 'default port'}`;
  return [
    `${client} at ${place}`,
    databaseName && `database '${databaseName}'`,
    schema && `schema '${schema}'`,
    connection.user && `user '${connection.user}'`,
  ]
    .filter(Boolean)
    .join(', ');
}

function remedyFor(cause: unknown, settings: PluginDatabaseSettings): string | undefined {
  const grant = missingGrant(cause, settings);
  if (grant) return `Run \`${grant}\`${alternativeTo(grant, settings)}`;
  const { databaseName, connectionPath } = settings;
  const code = codeOf(cause);
  if (code?.startsWith('ER_ACCESS_DENIED')) return `Check user and password in '${connectionPath}'`;
  switch (code) {
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return 'Check that the database server is running and that host and port are right';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Check the host name in '${connectionPath}'`;
    case '28P01':
    case '28000':
      return `Check user and password in '${connectionPath}'`;
    case 'ER_TOO_LONG_IDENT':
    case 'ER_WRONG_DB_NAME':
      return `Shorten 'backend.database.prefix' or set 'backend.database.plugin.${settings.pluginId}.connection.database'`;
    case '53300':
    case 'ER_CON_COUNT_ERROR':
    case 'ER_TOO_MANY_USER_CONNECTIONS':
    case 'ER_USER_LIMIT_REACHED':
      return "Raise the number of connections that the server allows, or lower 'backend.database.knexConfig.pool.max'";
    case '3D000':
    case 'ER_BAD_DB_ERROR':
      return `Create the database '${databaseName}', or set 'backend.database.ensureExists' to true`;
    case 'ERR_DLOPEN_FAILED':
      return 'The native module was built for another version of Node.js, run `npm rebuild better-sqlite3`';
    case 'SQLITE_CANTOPEN':
      return 'Check that the directory can be written';
    default:
      return undefined;
  }
}

/** What an administrator may prefer to wide rights. */
function alternativeTo(grant: string, settings: PluginDatabaseSettings): string {
  const { engine, databaseName, schema, role, connection } = settings;
  const owner = `"${role ?? connection.user ?? 'user'}"`;
  if (engine === 'mysql') {
    return `, or create the database and set 'backend.database.ensureExists' to false`;
  }
  if (/ CREATEDB$/.test(grant)) {
    return `, or \`CREATE DATABASE "${databaseName}" OWNER ${owner}\``;
  }
  return schema && /^GRANT CREATE ON DATABASE/.test(grant)
    ? `, or \`CREATE SCHEMA "${schema}" AUTHORIZATION ${owner}\``
    : '';
}

/** The code of a driver's error. Node reports several failed addresses as one AggregateError. */
export function codeOf(error: unknown): string | undefined {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  return errors?.length ? codeOf(errors[0]) : undefined;
}

function reasonOf(error: unknown): string {
  const { message, errors } = (error ?? {}) as { message?: string; errors?: unknown[] };
  if (message) return message;
  return errors?.length ? errors.map(reasonOf).join('; ') : String(error);
}

/** Drivers repeat passwords as they are, or in the address that they were given. */
function withoutSecrets(
  text: string,
  { connection, adminConnection }: PluginDatabaseSettings,
): string {
  return [connection.password, adminConnection.password]
    .filter((secret): secret is string => typeof secret === 'string' && secret.length > 0)
    .flatMap(secret => [secret, encodeURIComponent(secret)])
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
    .replace(/(:\/\/[^:@/\s]*:)[^@\s]+@/g, '$1***@');
}
