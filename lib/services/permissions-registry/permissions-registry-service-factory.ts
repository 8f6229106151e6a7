import { coreServices, createServiceFactory } from '../../api';
import { createApplyConditionsGuard } from './create-apply-conditions-guard';
import { DefaultPermissionsRegistryService } from './default-permissions-registry-service';

/**
 * Publishes the permissions of a plugin below `/.well-known/backstage/permissions`, where the permission
 * plugin looks for them.
 */
export const permissionsRegistryServiceFactory = createServiceFactory({
  service: coreServices.permissionsRegistry,
  deps: {
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    lifecycle: coreServices.lifecycle,
    httpRouter: coreServices.httpRouter,
    plugin: coreServices.pluginMetadata,
  },
  async factory({ auth, httpAuth, lifecycle, httpRouter, plugin }) {
    const { createPermissionIntegrationRouter } =
      require('@backstage/plugin-permission-node') as typeof import('@backstage/plugin-permission-node');
    const router = createPermissionIntegrationRouter();
    httpRouter.use(createApplyConditionsGuard({ auth, httpAuth }));
    httpRouter.use(router);

    const registry = new DefaultPermissionsRegistryService(plugin.getId(), router);
    lifecycle.addStartupHook(() => registry.close());
    return registry;
  },
});
