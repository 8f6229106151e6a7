import { connectionsServiceRef, coreServices, createServiceFactory } from '../../api';
import { connectionsForPlugin } from './connections-for-plugin';
import { PluginConnectionsService } from './plugin-connections-service';

/**
 * Finds the connections to other systems that `connections` configures, or `integrations` and `aws`
 * where that has none of a type.
 *
 * @throws InputError when one of them is not valid
 */
export const connectionsServiceFactory = createServiceFactory({
  service: connectionsServiceRef,
  deps: {
    plugin: coreServices.pluginMetadata,
    logger: coreServices.logger,
    rootLogger: coreServices.rootLogger,
    config: coreServices.rootConfig,
  },
  createRootContext({ config, rootLogger: logger }) {
    const { buildConnectionsFromConfig } =
      require('@backstage/connections/config') as typeof import('@backstage/connections/config');
    return buildConnectionsFromConfig({ config, logger });
  },
  factory: ({ plugin, logger }, connections) =>
    new PluginConnectionsService(connectionsForPlugin(connections, plugin.getId()), logger),
});
