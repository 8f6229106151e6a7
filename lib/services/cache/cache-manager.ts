import { ConfigReader } from '@backstage/config';
import type {
  CacheService,
  LoggerService,
  RootConfigService,
  RootLifecycleService,
} from '../../api';
import type { CacheConnection } from './cache-connection';
import { CacheGuard, type CacheHealth } from './cache-guard';
import { readCacheServer } from './cache-server';
import { readCacheSettings } from './cache-settings';
import type { CacheStore } from './cache-store';
import { MemoryCacheStore } from './memory-cache-store';
import { PluginCache } from './plugin-cache';
import { RemoteCacheStore } from './remote-cache-store';

/** Options of {@link CacheManager.fromConfig}. */
export type CacheManagerOptions = {
  logger?: LoggerService;
  /** Receives every error of the connection to the server. They are logged, too, and end no request. */
  onError?: (error: Error) => void;
  /** Closes the connection when the backend stops. */
  rootLifecycle?: RootLifecycleService;
};

/** Creates the store of a plugin. */
type StoreFactory = (pluginId: string) => CacheStore;

/**
 * Hands every plugin its own cache, as `backend.cache` of the configuration says; without that section,
 * in memory. The client of a cache server loads and connects when the first plugin uses its cache.
 *
 * @example
 * ```ts
 * const cache = CacheManager.fromConfig(config, { logger }).forPlugin('catalog');
 * ```
 */
export class CacheManager {
  readonly #defaultTtl: number | undefined;
  readonly #createStore: StoreFactory;
  readonly #stores = new Map<string, CacheStore>();
  readonly #guard: CacheGuard | undefined;

  /**
   * @param config the whole configuration
   * @throws InputError when `backend.cache` is not valid, Error when a package it needs is missing
   */
  static fromConfig(config: RootConfigService, options: CacheManagerOptions = {}): CacheManager {
    const section = config.getOptionalConfig('backend.cache') ?? new ConfigReader({});
    const { store, defaultTtl, operationTimeout } = readCacheSettings(config);
    const logger = options.logger?.child({ type: 'cacheManager' });
    if (section.has('useRedisSets')) {
      logger?.warn(
        "The 'backend.cache.useRedisSets' configuration key is deprecated and no longer has any effect, remove it",
      );
    }
    if (store === 'memory') {
      return new CacheManager(defaultTtl, () => new MemoryCacheStore());
    }

    const server = readCacheServer(store, section);
    const guard = new CacheGuard({
      store,
      address: server.address,
      timeout: operationTimeout,
      logger,
      onError: options.onError,
    });
    let connection: Promise<CacheConnection> | undefined;
    const connect = () => (connection ??= server.open({ onError: error => guard.failed(error) }));
    options.rootLifecycle?.addShutdownHook(async () =>
      // One that could not be made has been reported by who wanted to use it.
      (await connection?.catch(() => undefined))?.close(),
    );
    return new CacheManager(
      defaultTtl,
      pluginId => new RemoteCacheStore(server.namespaceFor(pluginId), connect, guard),
      guard,
    );
  }

  private constructor(
    defaultTtl: number | undefined,
    createStore: StoreFactory,
    guard?: CacheGuard,
  ) {
    this.#defaultTtl = defaultTtl;
    this.#createStore = createStore;
    this.#guard = guard;
  }

  /** The cache of a plugin, in a namespace of its own. */
  forPlugin(pluginId: string): CacheService {
    let store = this.#stores.get(pluginId);
    if (!store) {
      store = this.#createStore(pluginId);
      this.#stores.set(pluginId, store);
    }
    return new PluginCache(store, this.#defaultTtl);
  }

  /** Whether the server answers, as far as the last operation could tell. */
  getHealth(): CacheHealth {
    return this.#guard?.health() ?? { status: 'ok' };
  }

  /**
   * Asks the server for a value.
   *
   * @throws Error when it does not answer
   */
  async checkServer(): Promise<void> {
    await this.forPlugin('readiness').get('readiness');
    this.#guard?.assertUp();
  }
}
