import { coreServices, createServiceFactory } from '../../api';
import { DatabaseManager } from './database-manager';

/** A database per plugin, as `backend.database` of the configuration says. */
export const databaseServiceFactory = createServiceFactory({
  service: coreServices.database,
  deps: {
    config: coreServices.rootConfig,
    lifecycle: coreServices.lifecycle,
    logger: coreServices.logger,
    pluginMetadata: coreServices.pluginMetadata,
    rootHealth: coreServices.rootHealth,
    rootLifecycle: coreServices.rootLifecycle,
    rootLogger: coreServices.rootLogger,
  },
  createRootContext: ({ config, rootHealth, rootLifecycle, rootLogger }) => {
    const manager = DatabaseManager.fromConfig(config, { rootLifecycle, rootLogger });
    rootHealth.addReadinessCheck?.('database', () => manager.checkServers());
    return manager;
  },
  factory: ({ pluginMetadata, lifecycle, logger }, manager) =>
    manager.forPlugin(pluginMetadata.getId(), { lifecycle, logger }),
});
