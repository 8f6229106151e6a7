import { coreServices, createServiceFactory } from '../../api';
import { CacheManager } from './cache-manager';

/** A cache per plugin, as `backend.cache` of the configuration says. */
export const cacheServiceFactory = createServiceFactory({
  service: coreServices.cache,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
    pluginMetadata: coreServices.pluginMetadata,
    rootHealth: coreServices.rootHealth,
    rootLifecycle: coreServices.rootLifecycle,
  },
  createRootContext: ({ config, logger, rootHealth, rootLifecycle }) => {
    const manager = CacheManager.fromConfig(config, { logger, rootLifecycle });
    if (config.getOptionalBoolean('backend.cache.readinessCheck')) {
      rootHealth.addReadinessCheck?.('cache', () => manager.checkServer());
    }
    return manager;
  },
  factory: ({ pluginMetadata }, manager) => manager.forPlugin(pluginMetadata.getId()),
});
