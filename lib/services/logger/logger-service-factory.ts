import { coreServices, createServiceFactory } from '../../api';

/** The log of a plugin: that of the backend, with the id of the plugin on every line. */
export const loggerServiceFactory = createServiceFactory({
  service: coreServices.logger,
  deps: { rootLogger: coreServices.rootLogger, plugin: coreServices.pluginMetadata },
  factory: ({ rootLogger, plugin }) => rootLogger.child({ plugin: plugin.getId() }),
});
