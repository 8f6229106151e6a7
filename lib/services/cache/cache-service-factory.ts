import { coreServices, createServiceFactory } from '../../api';
import { CacheManager } from './cache-manager';

/** A cache per plugin, as `backend.cache` of the configuration says. */
export const cacheServiceFactory = createServiceFactory({
  service: coreServices.cache,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
    pluginMetadata: coreServices.pluginMetadata,
    rootLifecycle: coreServices.rootLifecycle,
  },
  createRootContext: ({ config, logger, rootLifecycle }) =>
    CacheManager.fromConfig(config, { logger, rootLifecycle }),
  factory: ({ pluginMetadata }, manager) => manager.forPlugin(pluginMetadata.getId()),
});
