import { coreServices, createServiceFactory } from '../../api';
import { HostDiscovery } from './host-discovery';

/** Finds plugins by configuration. */
export const discoveryServiceFactory = createServiceFactory({
  service: coreServices.discovery,
  deps: { config: coreServices.rootConfig, logger: coreServices.rootLogger },
  // The addresses are the same for all plugins, so one instance serves them all.
  createRootContext: ({ config, logger }) => HostDiscovery.fromConfig(config, { logger }),
  factory: (_deps, discovery) => discovery,
});
