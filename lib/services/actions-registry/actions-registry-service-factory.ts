import { actionsRegistryServiceRef, coreServices, createServiceFactory } from '../../api';
import { DefaultActionsRegistryService } from './default-actions-registry-service';

/** Serves the actions of a plugin on its router, from the moment the plugin asks for the service. */
export const actionsRegistryServiceFactory = createServiceFactory({
  service: actionsRegistryServiceRef,
  deps: {
    plugin: coreServices.pluginMetadata,
    httpRouter: coreServices.httpRouter,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    permissions: coreServices.permissions,
    permissionsRegistry: coreServices.permissionsRegistry,
  },
  factory({ plugin, httpRouter, ...services }) {
    const registry = DefaultActionsRegistryService.create({
      pluginId: plugin.getId(),
      ...services,
    });
    httpRouter.use(registry.createRouter());
    return registry;
  },
});
