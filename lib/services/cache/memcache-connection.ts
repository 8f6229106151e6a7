import { createHash } from 'node:crypto';
import { loadOptionalPackage } from '../load-optional-package';
import type { CacheConnection, CacheConnectionEvents } from './cache-connection';

const KEY_LIMIT_BYTES = 250;

/** The server takes more seconds than these 30 days for a moment in the past. */
const TTL_LIMIT_MILLIS = 30 * 24 * 3_600_000;

/** Connects to memcached, given as `user:password@host:port`. Every plugin has its own connection. */
export async function openMemcacheConnection(
  address: string,
  events: CacheConnectionEvents,
): Promise<CacheConnection> {
  const keyvMemcache = await loadOptionalPackage(
    '@keyv/memcache',
    "'backend.cache.store: memcache'",
  );
  const KeyvMemcache = keyvMemcache.default ?? keyvMemcache;
  const stores: any[] = [];
  return {
    prefixKeys: true,
    storeFor() {
      // By default, the client prints what it also throws.
      const store = new KeyvMemcache(address, { logger: { log: () => {} } });
      store.on('error', events.onError);
      const format = store.formatKey.bind(store);
      store.formatKey = (key: string) => withinLimit(format(key));
      const set = store.set.bind(store);
      // What is kept for longer has its end in the value as well.
      store.set = (key: string, value: string, ttl?: number) =>
        set(key, value, ttl !== undefined && ttl > TTL_LIMIT_MILLIS ? undefined : ttl);
      stores.push(store);
      return store;
    },
    refuses: ({ message }) => /^MemJS \w+: (?:Value too large|Invalid arguments)/.test(message),
    async close() {
      for (const store of stores) store.client.close();
    },
  };
}

/** The id of the plugin is in it twice, as in stock Backstage, where long ones cannot be stored. */
function withinLimit(key: string): string {
  return Buffer.byteLength(key) <= KEY_LIMIT_BYTES
    ? key
    : createHash('sha256').update(key).digest('base64');
}
