import { loadOptionalPackage } from '../load-optional-package';
import type { CacheConnection, CacheConnectionEvents } from './cache-connection';
import type { ValkeyOptions } from './valkey-options';

/**
 * Connects to valkey, once for all plugins. Unlike in stock Backstage, plugins do not share keys, and no
 * list of all keys ever set is kept on the server.
 */
export async function openValkeyConnection(
  options: ValkeyOptions,
  events: CacheConnectionEvents,
): Promise<CacheConnection> {
  const reason = "'backend.cache.store: valkey'";
  const keyvValkey = await loadOptionalPackage('@keyv/valkey', reason);
  const iovalkey = await loadOptionalPackage('iovalkey', reason);
  const KeyvValkey = keyvValkey.default ?? keyvValkey;
  const { Redis, Cluster } = iovalkey;
  const { cluster, url } = options;
  const client = cluster
    ? new Cluster(cluster.rootNodes, cluster.options)
    : new Redis(url, { maxRetriesPerRequest: 1 });
  client.setMaxListeners(0); // each plugin's store listens
  client.on('error', events.onError);

  return {
    storeFor(namespace) {
      const store = new KeyvValkey(client, { useRedisSets: false });
      store.namespace = namespace;
      store.on('error', () => {}); // reported by the client too
      return store;
    },
    close: async () => client.disconnect(),
  };
}
