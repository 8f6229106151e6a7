import { cacheToPluginCacheManager, type PluginCacheManager } from '../../adapters';
import type {
  CacheService,
  CacheServiceOptions,
  CacheServiceSetOptions,
  RootConfigService,
} from '../../lib/api';
import {
  CacheManager as NewCacheManager,
  type CacheManagerOptions as NewCacheManagerOptions,
} from '../../lib/services/cache';
import { processLifecycle } from './process-lifecycle';

/** @deprecated Use `CacheManagerOptions` of backstage-forklift/services. */
export type CacheManagerOptions = Pick<NewCacheManagerOptions, 'logger' | 'onError'>;

/** @deprecated Use `CacheService`. */
export type CacheClient = CacheService;

/** @deprecated Use `CacheServiceOptions`. */
export type CacheClientOptions = CacheServiceOptions;

/** @deprecated Use `CacheServiceSetOptions`. */
export type CacheClientSetOptions = CacheServiceSetOptions;

/** @deprecated Use `coreServices.cache`, or `CacheManager` of backstage-forklift/services. */
export class CacheManager {
  readonly #manager: NewCacheManager;

  /** @throws InputError when `backend.cache` is not valid */
  static fromConfig(config: RootConfigService, options: CacheManagerOptions = {}): CacheManager {
    return new CacheManager(
      NewCacheManager.fromConfig(config, { ...options, rootLifecycle: processLifecycle }),
    );
  }

  private constructor(manager: NewCacheManager) {
    this.#manager = manager;
  }

  forPlugin(pluginId: string): PluginCacheManager {
    return cacheToPluginCacheManager(this.#manager.forPlugin(pluginId));
  }
}
