import type { Config } from '@backstage/config';
import { resolveOptionalPackage } from '../load-optional-package';
import { addressOf, addressOfNodes } from './cache-address';
import type { CacheConnection, CacheConnectionEvents } from './cache-connection';
import type { CacheStoreName } from './cache-settings';
import { checkConnectionString } from './check-connection-string';
import { openInfinispanConnection } from './infinispan-connection';
import { readInfinispanOptions } from './infinispan-options';
import { openMemcacheConnection } from './memcache-connection';
import { openRedisConnection } from './redis-connection';
import { readRedisOptions } from './redis-options';
import { openValkeyConnection } from './valkey-connection';
import { readValkeyOptions } from './valkey-options';

/** How to reach the server of a cache, and how the keys of a plugin are told apart there. */
export interface CacheServer {
  /** Hosts and ports, for messages; never with credentials. */
  readonly address: string;
  namespaceFor(pluginId: string): string;
  open(events: CacheConnectionEvents): Promise<CacheConnection>;
}

/**
 * Reads the options of the server. Nothing loads or connects before `open` is called.
 *
 * @param config the `backend.cache` section
 * @throws InputError when the options are not valid, Error when a package is missing
 */
export function readCacheServer(
  store: Exclude<CacheStoreName, 'memory'>,
  config: Config,
): CacheServer {
  switch (store) {
    case 'redis': {
      const options = readRedisOptions(config);
      const { namespace, keyPrefixSeparator } = options;
      return {
        address: options.cluster
          ? addressOfNodes(options.cluster.rootNodes)
          : addressOf(options.connection.url),
        namespaceFor: id => (namespace ? `${namespace}${keyPrefixSeparator}${id}` : id),
        open: events => openRedisConnection(options, events),
      };
    }
    case 'valkey': {
      requirePackages(store, '@keyv/valkey', 'iovalkey');
      const options = readValkeyOptions(config);
      return {
        address: options.cluster
          ? addressOfNodes(options.cluster.rootNodes)
          : addressOf(options.url),
        namespaceFor: id => `${options.keyPrefix}${id}`,
        open: events => openValkeyConnection(options, events),
      };
    }
    case 'memcache': {
      requirePackages(store, '@keyv/memcache');
      const address = config.getOptionalString('connection') ?? '';
      checkConnectionString(store, address);
      return {
        address: addressOf(address),
        namespaceFor: id => id,
        open: events => openMemcacheConnection(address, events),
      };
    }
    case 'infinispan': {
      requirePackages(store, 'infinispan');
      const options = readInfinispanOptions(config);
      return {
        address: addressOfNodes(options.servers ?? '127.0.0.1:11222'),
        namespaceFor: id => id,
        open: events => openInfinispanConnection(options, events),
      };
    }
  }
}

function requirePackages(store: CacheStoreName, ...names: string[]): void {
  for (const name of names) resolveOptionalPackage(name, `'backend.cache.store: ${store}'`);
}
