import { InputError } from '@backstage/errors';
import { mergeSettings, type Settings } from './merge-settings';

/**
 * Reads `postgresql://user:password@host:port/database`, with the options of the `pg` package.
 *
 * @param path where in the configuration the string is, for the message
 * @throws InputError that never repeats the string, since it holds the password
 */
export function parsePostgresConnectionString(connection: string, path: string): Settings {
  const { parse } = require('pg-connection-string') as typeof import('pg-connection-string');
  try {
    // Of any other text, the library makes a host named `base`.
    if (!/^(?:postgres(?:ql)?:\/\/|socket:|\/)/i.test(connection)) throw new Error('no such URL');
    const { database, ...rest } = parse(connection);
    return mergeSettings({ ...rest, database: database ?? undefined });
  } catch (error) {
    const { code, message: reason } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES') {
      // A certificate or key; the message has the name of the file and nothing else of the string.
      throw new InputError(
        `Error while reading a file that the PostgreSQL connection string at '${path}' names, ${reason}`,
      );
    }
    // The cause repeats the string, which holds the password.
    throw new InputError(
      `Error while parsing PostgreSQL connection string at '${path}', it is not a valid URL such as postgresql://user:password@host:5432`,
    );
  }
}
