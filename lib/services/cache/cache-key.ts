import { createHash } from 'node:crypto';

/** Memcached allows 250 bytes, of which the namespace takes a part. */
const LENGTH_LIMIT = 200;

/** Makes a key well-formed for every kind of store, as stock Backstage does. */
export function cacheKey(key: string): string {
  const encoded = Buffer.from(key).toString('base64');
  return encoded.length < LENGTH_LIMIT
    ? encoded
    : createHash('sha256').update(key).digest('base64');
}
