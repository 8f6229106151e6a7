import { InputError } from '@backstage/errors';
import { mergeSettings, type Settings } from './merge-settings';
import { parseMysqlConnectionString } from './parse-mysql-connection-string';
import { parsePostgresConnectionString } from './parse-postgres-connection-string';
import type { DatabaseEngine } from './plugin-database-settings';

/**
 * Turns a `connection` of the configuration, which may be a connection string, into settings.
 *
 * @param path where in the configuration it is, for messages
 * @throws InputError when it cannot be meant
 */
export function normalizeConnection(
  engine: DatabaseEngine,
  connection: unknown,
  path: string,
): Settings {
  if (connection === undefined || connection === null) return {};
  if (typeof connection !== 'string') {
    if (typeof connection === 'object' && !Array.isArray(connection)) {
      const settings = connection as Settings;
      checkAddress(settings, path);
      return engine === 'postgres' ? withParsedString(settings, path) : { ...settings };
    }
    throw new InputError(`'${path}' must be a connection string or an object`);
  }
  switch (engine) {
    case 'sqlite':
      return { filename: connection };
    case 'mysql':
      return mergeSettings(parseMysqlConnectionString(connection, path));
    case 'postgres':
      return parsePostgresConnectionString(connection, path);
  }
}

/** The driver heeds what a `connectionString` beside other settings says, and not them. */
function withParsedString({ connectionString, ...rest }: Settings, path: string): Settings {
  return typeof connectionString === 'string'
    ? { ...rest, ...parsePostgresConnectionString(connectionString, `${path}.connectionString`) }
    : rest;
}

/** Drivers fail on these in ways that nobody understands, or take another port. */
function checkAddress({ host, port }: Settings, path: string): void {
  if (host != null && typeof host !== 'string') {
    throw new InputError(`'${path}.host' must be a string, got ${JSON.stringify(host)}`);
  }
  if (port && !(Number(port) > 0 && Number(port) < 65_536)) {
    throw new InputError(
      `'${path}.port' must be a number up to 65535, got ${JSON.stringify(port)}`,
    );
  }
}
