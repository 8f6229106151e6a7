import type { CacheService, CacheServiceOptions } from '../lib/api';

/**
 * The cache of a plugin in the old system.
 *
 * @deprecated Use `CacheService`.
 */
export type PluginCacheManager = {
  /** @param options - `defaultTtl` in milliseconds, or a duration */
  getClient(options?: CacheServiceOptions): CacheService;
};

/** The cache service as old plugins expect it. */
export function cacheToPluginCacheManager(cache: CacheService): PluginCacheManager {
  return { getClient: (options = {}) => cache.withOptions(options) };
}

/** An old cache as new plugins expect it. */
export function pluginCacheManagerToCache(manager: PluginCacheManager): CacheService {
  const client = manager.getClient();
  return {
    get: key => client.get(key),
    set: (key, value, options) => client.set(key, value, options),
    delete: key => client.delete(key),
    withOptions: options => manager.getClient(options),
  };
}
