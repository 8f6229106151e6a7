import { coreServices, createServiceFactory } from '../../api';
import { LazyPermissionsService } from './lazy-permissions-service';

/**
 * Asks the permission plugin, once `permission.enabled` is set; allows everything until then. What
 * services may do is decided here, by the access restrictions of their tokens.
 */
export const permissionsServiceFactory = createServiceFactory({
  service: coreServices.permissions,
  deps: {
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    discovery: coreServices.discovery,
  },
  factory: ({ auth, config, discovery }) =>
    new LazyPermissionsService(async () => {
      const { ServerPermissionClient } =
        require('@backstage/plugin-permission-node') as typeof import('@backstage/plugin-permission-node');
      return ServerPermissionClient.fromConfig(config, { auth, discovery });
    }),
});
