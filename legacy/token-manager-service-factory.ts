import { createTokenManager, type TokenManager } from '../adapters';
import { createServiceFactory, createServiceRef, coreServices } from '../lib/api';
import { environmentServices } from './environment-services';
import { listPluginIds } from './list-plugin-ids';

/**
 * Provides `core.tokenManager`, which `coreServices` no longer has, to plugins of the new system that
 * were published while it had. Works without configured keys, as the `tokenManager` of `legacyPlugin`.
 *
 * @deprecated Plugins use `coreServices.auth`.
 *
 * @example
 * ```ts
 * backend.add(tokenManagerServiceFactory);
 * backend.add(import('@backstage/plugin-lighthouse-backend'));
 * ```
 */
export const tokenManagerServiceFactory = createServiceFactory({
  service: createServiceRef<TokenManager>({ id: 'core.tokenManager' }),
  deps: {
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    instanceMetadata: environmentServices.instanceMetadata,
    systemMetadata: environmentServices.systemMetadata,
  },
  factory: services =>
    createTokenManager({ ...services, getPluginIds: () => listPluginIds(services) }),
});
