import { loadOptionalPackage } from '../load-optional-package';
import type { CacheConnection, CacheConnectionEvents } from './cache-connection';

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
      const store = new KeyvMemcache(address);
      store.on('error', events.onError);
      stores.push(store);
      return store;
    },
    async close() {
      for (const store of stores) store.client.close();
    },
  };
}
