import { createLegacyIdentity, type LegacyIdentityService } from '../adapters';
import { coreServices, createServiceFactory, createServiceRef } from '../lib/api';

/**
 * Provides `core.identity`, which `coreServices` no longer has, to plugins of the new system that were
 * published while it had. Who calls is told by the auth services.
 *
 * @deprecated Plugins use `coreServices.httpAuth` and `coreServices.userInfo`.
 *
 * @example
 * ```ts
 * backend.add(identityServiceFactory);
 * backend.add(import('@backstage/plugin-badges-backend'));
 * ```
 */
export const identityServiceFactory = createServiceFactory({
  service: createServiceRef<LegacyIdentityService>({ id: 'core.identity' }),
  deps: { auth: coreServices.auth, userInfo: coreServices.userInfo },
  factory: createLegacyIdentity,
});
