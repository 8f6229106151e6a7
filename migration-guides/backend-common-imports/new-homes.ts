import type { DatedHome } from '../engine/source-step/dated-home';

const API = '@backstage/backend-plugin-api';
const DEFAULTS = '@backstage/backend-defaults';

/** The first releases whose packages have everything named below: 1.28 and 1.31. */
const API_SINCE = '0.7.0';
const DEFAULTS_SINCE = '0.5.0';

function inApi(name: string, since = API_SINCE): DatedHome {
  return { module: API, name, since };
}

function inDefaults(service: string, name: string): DatedHome {
  return { module: `${DEFAULTS}/${service}`, name, since: DEFAULTS_SINCE };
}

function urlReaderTypes(names: readonly string[]): Record<string, DatedHome> {
  return Object.fromEntries(names.map(name => [name, inApi(`UrlReaderService${name}`)]));
}

function sameNames(service: string, names: readonly string[]): Record<string, DatedHome> {
  return Object.fromEntries(names.map(name => [name, inDefaults(service, name)]));
}

/** Exports of `@backstage/backend-common` that can be imported from elsewhere, by name. */
export const NEW_HOMES: Readonly<Record<string, DatedHome>> = {
  PluginEndpointDiscovery: inApi('DiscoveryService', '0.6.0'),
  PluginDatabaseManager: inApi('DatabaseService', '0.6.0'),
  CacheClient: inApi('CacheService', '0.6.0'),
  CacheClientOptions: inApi('CacheServiceOptions', '0.6.0'),
  CacheClientSetOptions: inApi('CacheServiceSetOptions', '0.6.0'),
  isChildPath: inApi('isChildPath'),
  isDatabaseConflictError: inApi('isDatabaseConflictError'),
  resolvePackagePath: inApi('resolvePackagePath'),
  resolveSafeChildPath: inApi('resolveSafeChildPath'),
  UrlReader: inApi('UrlReaderService'),
  ...urlReaderTypes([
    'ReadTreeOptions',
    'ReadTreeResponse',
    'ReadTreeResponseDirOptions',
    'ReadTreeResponseFile',
    'ReadUrlOptions',
    'ReadUrlResponse',
    'SearchOptions',
    'SearchResponse',
    'SearchResponseFile',
  ]),
  ...sameNames('urlReader', [
    'AwsS3UrlReader',
    'AzureUrlReader',
    'BitbucketCloudUrlReader',
    'BitbucketServerUrlReader',
    'FetchUrlReader',
    'FromReadableArrayOptions',
    'GerritUrlReader',
    'GiteaUrlReader',
    'GithubUrlReader',
    'GitlabUrlReader',
    'HarnessUrlReader',
    'ReadTreeResponseFactory',
    'ReadTreeResponseFactoryOptions',
    'ReadUrlResponseFactory',
    'ReadUrlResponseFactoryFromStreamOptions',
    'ReaderFactory',
    'UrlReaderPredicateTuple',
    'UrlReaders',
    'UrlReadersOptions',
  ]),
  createConfigSecretEnumerator: inDefaults('rootConfig', 'createConfigSecretEnumerator'),
  HostDiscovery: inDefaults('discovery', 'HostDiscovery'),
  SingleHostDiscovery: inDefaults('discovery', 'HostDiscovery'),
};

/** What stands for the middleware of the old package: a method of MiddlewareFactory. */
export const MIDDLEWARE: Readonly<Record<string, string>> = {
  errorHandler: 'error',
  notFoundHandler: 'notFound',
  requestLoggingHandler: 'logging',
};

export const MIDDLEWARE_FACTORY = inDefaults('rootHttpRouter', 'MiddlewareFactory');

/** Exports that another step deals with. */
export const OTHER_STEPS: Readonly<Record<string, string>> = {
  ServerTokenManager: 'auth-services',
  ServerTokenManagerOptions: 'auth-services',
  TokenManager: 'auth-services',
  createLegacyAuthAdapters: 'auth-services',
  getVoidLogger: 'winston-to-logger-service',
};

/** Exports that the new system has nothing for, and that `backstage-forklift/legacy` has as they were. */
export const ONLY_LEGACY: readonly string[] = [
  'AuthCallbackOptions',
  'CacheManager',
  'CacheManagerOptions',
  'ContainerRunner',
  'DatabaseManager',
  'DatabaseManagerOptions',
  'DockerContainerRunner',
  'ErrorHandlerOptions',
  'Git',
  'KubernetesContainerRunner',
  'KubernetesContainerRunnerMountBase',
  'KubernetesContainerRunnerOptions',
  'LegacyCreateRouter',
  'LegacyIdentityService',
  'LegacyRootDatabaseService',
  'PluginCacheManager',
  'PullOptions',
  'RunContainerOptions',
  'StaticAuthOptions',
  'StatusCheck',
  'StatusCheckHandlerOptions',
  'cacheToPluginCacheManager',
  'coloredFormat',
  'createRootLogger',
  'createStatusCheckRouter',
  'errorHandler',
  'getRootLogger',
  'legacyPlugin',
  'loadBackendConfig',
  'loggerToWinstonLogger',
  'makeLegacyPlugin',
  'notFoundHandler',
  'redactWinstonLogLine',
  'requestLoggingHandler',
  'setRootLogger',
  'statusCheckHandler',
  'useHotCleanup',
  'useHotMemoize',
];
