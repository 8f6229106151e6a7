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
    rootLifecycle: coreServices.rootLifecycle,
    rootLogger: coreServices.rootLogger,
  },
  createRootContext: ({ config, rootLifecycle, rootLogger }) =>
    DatabaseManager.fromConfig(config, { rootLifecycle, rootLogger }),
  factory: ({ pluginMetadata, lifecycle, logger }, manager) =>
    manager.forPlugin(pluginMetadata.getId(), { lifecycle, logger }),
});
