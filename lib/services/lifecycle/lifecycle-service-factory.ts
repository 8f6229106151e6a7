import { coreServices, createServiceFactory } from '../../api';
import { PluginLifecycle } from './plugin-lifecycle';

/** Startup and shutdown hooks of a plugin. */
export const lifecycleServiceFactory = createServiceFactory({
  service: coreServices.lifecycle,
  deps: { logger: coreServices.logger, metadata: coreServices.pluginMetadata },
  factory: ({ logger, metadata }) => new PluginLifecycle(logger, metadata),
});
