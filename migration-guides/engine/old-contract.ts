import { SAME_SERVICES, type ServiceMapping } from './service-mapping';
import { isAtLeast } from './version';

/** How the value that a key of the old environment had is made of services. */
export interface OldContract {
  readonly services: readonly ServiceMapping[];
  readonly expression: string;
  readonly function: { readonly module: string; readonly name: string };
  readonly type: { readonly module: string; readonly name: string };
  /** The function is a service factory, which the backend has to add. */
  readonly factory?: true;
}

/** A service that stock Backstage no longer has. */
const TOKEN_MANAGER: ServiceMapping = {
  name: 'tokenManager',
  ref: 'tokenManagerServiceFactory.service',
  type: 'TokenManager',
};

const COMMON = '@backstage/backend-common';
const FORKLIFT = 'backstage-forklift/legacy';

/** From this version on, backend-common can make old contracts of new services. */
const COMMON_ADAPTS = '0.16.0';

/**
 * The old contract of a key whose new service is another one; undefined for all other keys.
 *
 * @param dependencies - of the package that is to use it
 */
export function oldContractOf(
  key: string,
  dependencies: Readonly<Record<string, string>>,
): OldContract | undefined {
  const common = dependencies[COMMON];
  const adapts = common !== undefined && isAtLeast(common, COMMON_ADAPTS) ? COMMON : FORKLIFT;
  const { auth, cache, logger, permissions, userInfo } = SAME_SERVICES;
  const contracts: Readonly<Record<string, OldContract>> = {
    logger: {
      services: [logger],
      expression: 'loggerToWinstonLogger(logger)',
      function: { module: adapts, name: 'loggerToWinstonLogger' },
      type: { module: 'winston', name: 'Logger' },
    },
    cache: {
      services: [cache],
      expression: 'cacheToPluginCacheManager(cache)',
      function: { module: adapts, name: 'cacheToPluginCacheManager' },
      type: { module: adapts, name: 'PluginCacheManager' },
    },
    tokenManager: {
      services: [TOKEN_MANAGER],
      expression: 'tokenManager',
      function: { module: FORKLIFT, name: 'tokenManagerServiceFactory' },
      type: { module: FORKLIFT, name: 'TokenManager' },
      factory: true,
    },
    identity: {
      services: [auth, userInfo],
      expression: 'createLegacyIdentity({ auth, userInfo })',
      function: { module: FORKLIFT, name: 'createLegacyIdentity' },
      type: { module: FORKLIFT, name: 'LegacyIdentityService' },
    },
    permissions: {
      services: [auth, permissions],
      expression: 'permissionsToLegacy({ auth, permissions })',
      function: { module: FORKLIFT, name: 'permissionsToLegacy' },
      type: { module: FORKLIFT, name: 'LegacyPermissionEvaluator' },
    },
  };
  return Object.hasOwn(contracts, key) ? contracts[key] : undefined;
}
