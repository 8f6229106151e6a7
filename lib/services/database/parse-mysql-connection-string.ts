import { InputError } from '@backstage/errors';
import type { Settings } from './merge-settings';

const NO_URL = 'it is not a valid URL such as mysql://user:password@host:3306';

/**
 * Reads `mysql://user:password@host:port/database?ssl=...&debug=...`. Everything but the host may be
 * left out; user and password are percent-decoded; `ssl` may be JSON.
 *
 * @param path where in the configuration the string is, for the message
 * @throws InputError that never repeats the string, since it holds the password
 */
export function parseMysqlConnectionString(connectionString: string, path: string): Settings {
  const refuse = (reason: string) =>
    new InputError(`Error while parsing MySQL connection string at '${path}', ${reason}`);
  if (!URL.canParse(connectionString)) throw refuse(NO_URL);
  const url = new URL(connectionString);
  if (url.protocol !== 'mysql:') {
    throw refuse(`Unknown protocol ${url.protocol}`);
  }
  if (url.pathname.split('/').length > 2) {
    throw refuse('Expected single path segment');
  }
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text) || undefined;
    } catch {
      throw refuse('a % in it must be written as %25');
    }
  };
  const ssl = url.searchParams.get('ssl');
  const debug = url.searchParams.get('debug');
  return {
    user: decode(url.username),
    password: decode(url.password),
    host: decode(url.hostname),
    port: Number(url.port || 3306),
    database: decode(url.pathname.slice(1)),
    ssl: ssl ? jsonOrText(ssl) : undefined,
    debug: debug ? /^(1|true|t|yes|y|on)$/i.test(debug) : undefined,
  };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // the name of a profile
  }
}
