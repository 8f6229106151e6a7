import type { DatedHome } from '../engine/source-step/dated-home';

const CATALOG_NODE = '@backstage/plugin-catalog-node';
const SCAFFOLDER_NODE = '@backstage/plugin-scaffolder-node';

function sameNames(module: string, since: string, names: readonly string[]) {
  return Object.fromEntries(names.map(name => [name, { module, name, since }]));
}

function serviceOf(service: string, names: readonly string[]) {
  return sameNames(`@backstage/backend-defaults/${service}`, '0.5.0', names);
}

/** Services whose factories were exports of `@backstage/backend-app-api` until it only wired. */
const SERVICES = [
  'auth',
  'cache',
  'database',
  'discovery',
  'httpAuth',
  'httpRouter',
  'lifecycle',
  'logger',
  'permissions',
  'rootConfig',
  'rootHttpRouter',
  'rootLifecycle',
  'rootLogger',
  'scheduler',
  'urlReader',
  'userInfo',
];

/** Exports that have moved, by the module they were in and their name. */
export const STABLE_NAMES: Readonly<Record<string, Readonly<Record<string, DatedHome>>>> = {
  [`${CATALOG_NODE}/alpha`]: sameNames(CATALOG_NODE, '2.0.0', [
    'CatalogAnalysisExtensionPoint',
    'CatalogLocationsExtensionPoint',
    'CatalogProcessingExtensionPoint',
    'catalogAnalysisExtensionPoint',
    'catalogLocationsExtensionPoint',
    'catalogProcessingExtensionPoint',
  ]),
  [`${SCAFFOLDER_NODE}/alpha`]: sameNames(SCAFFOLDER_NODE, '0.12.0', [
    'ScaffolderActionsExtensionPoint',
    'scaffolderActionsExtensionPoint',
  ]),
  '@backstage/backend-app-api': {
    ...Object.assign(
      {},
      ...SERVICES.map(service => serviceOf(service, [`${service}ServiceFactory`])),
    ),
    ...serviceOf('discovery', ['HostDiscovery']),
    ...serviceOf('rootConfig', ['createConfigSecretEnumerator', 'RootConfigFactoryOptions']),
    ...serviceOf('rootHttpRouter', [
      'DefaultRootHttpRouter',
      'MiddlewareFactory',
      'RootHttpRouterConfigureContext',
      'RootHttpRouterFactoryOptions',
      'createHttpServer',
      'readCorsOptions',
      'readHelmetOptions',
      'readHttpServerOptions',
    ]),
    ...serviceOf('rootLogger', ['WinstonLogger', 'WinstonLoggerOptions']),
  },
};

/** References of core services that have another name now. */
export const RENAMED_REFS: Readonly<Record<string, string>> = { config: 'rootConfig' };

/** References of core services that are gone, and the section that says what to do instead. */
export const REMOVED_REFS: Readonly<Record<string, string>> = {
  featureDiscovery: 'removed-services',
  identity: 'removed-services',
  tokenManager: 'removed-services',
};
