import { InputError } from '@backstage/errors';

/** Schemes of redis and valkey, whose clients are alike. */
const SCHEMES = ['redis:', 'rediss:', 'valkey:', 'valkeys:'];

/**
 * Finds mistakes in the address of a cache server at the start, rather than with each request. Messages
 * never repeat the address, since it may hold a password.
 *
 * @throws InputError when the address cannot be meant
 */
export function checkConnectionString(
  store: 'redis' | 'valkey' | 'memcache',
  connection: string,
): void {
  if (isValid[store](connection)) return;
  const example =
    store === 'memcache' ? 'user:password@host:11211' : 'redis://user:password@host:6379';
  const hint = connection.includes('%') ? ' (a % in it must be written as %25)' : '';
  throw new InputError(
    `Invalid address of the ${store} cache in 'backend.cache.connection', expected one such as ${example}${hint}`,
  );
}

const isValid = {
  redis: isUrl,
  /** A host and port, a port or a socket will do here. */
  valkey: (address: string) => isUrl(address) || !/:\/\/|\s/.test(address),
  /** Several servers are possible; the client takes what follows the last colon for a port. */
  memcache: (address: string) =>
    address === '' ||
    address.split(',').every(server => /^(?:[^@\s]*@)?[^@:/\s]+(?::\d{1,5})?$/.test(server.trim())),
};

function isUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, pathname } = new URL(address);
  // The path is the number of a database.
  return SCHEMES.includes(protocol) && isEncoded(username + password) && /^\/?\d*$/.test(pathname);
}

/** A % in a password must be written as %25. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
