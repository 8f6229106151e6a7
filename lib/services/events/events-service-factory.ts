import { coreServices, createServiceFactory, eventsServiceRef } from '../../api';
import { DefaultEventsService } from './default-events-service';

/** Events between plugins and, where the events backend is installed, between processes. */
export const eventsServiceFactory = createServiceFactory({
  service: eventsServiceRef,
  deps: {
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    discovery: coreServices.discovery,
    lifecycle: coreServices.lifecycle,
    logger: coreServices.logger,
    pluginMetadata: coreServices.pluginMetadata,
    rootLogger: coreServices.rootLogger,
  },
  createRootContext: ({ config, rootLogger }) =>
    DefaultEventsService.create({ config, logger: rootLogger }),
  factory: ({ pluginMetadata, ...deps }, events) => events.forPlugin(pluginMetadata.getId(), deps),
});
