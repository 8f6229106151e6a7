import { isAtLeast } from '../engine/version';
import { SERVICE_HOMES } from './service-homes';

const BACKEND_COMMON = '@backstage/backend-common';

/** What code with a winston logger or an old cache needs, and the discontinued package has as well. */
const SHIMS: readonly string[] = ['cacheToPluginCacheManager', 'loggerToWinstonLogger'];
const SHIMS_SINCE = '0.19.0';

/** The package of stock Backstage that exports each name of ours. */
const HOMES: Readonly<Record<string, readonly [home: string, names: readonly string[]][]>> = {
  'backstage-forklift': [
    [
      '@backstage/backend-defaults',
      ['createBackend', 'defaultServiceFactories', 'discoveryFeatureLoader'],
    ],
    [
      '@backstage/backend-app-api',
      [
        'Backend',
        'BackendStartupError',
        'BackendStartupResult',
        'CreateSpecializedBackendOptions',
        'ExtensionPointFactoryMiddleware',
        'ModuleStartupResult',
        'PluginStartupResult',
        'createExtensionPointFactoryMiddleware',
        'createSpecializedBackend',
      ],
    ],
    [
      '@backstage/backend-plugin-api',
      [
        'AuditorService',
        'AuditorServiceCreateEventOptions',
        'AuditorServiceEvent',
        'AuditorServiceEventSeverityLevel',
        'AuthService',
        'BackendFeature',
        'BackendModuleRegistrationPoints',
        'BackendPluginRegistrationPoints',
        'BackstageCredentials',
        'BackstageNonePrincipal',
        'BackstagePrincipalAccessRestrictions',
        'BackstagePrincipalTypes',
        'BackstageServicePrincipal',
        'BackstageUserInfo',
        'BackstageUserPrincipal',
        'CacheService',
        'CacheServiceOptions',
        'CacheServiceSetOptions',
        'CreateBackendFeatureLoaderOptions',
        'CreateBackendModuleOptions',
        'CreateBackendPluginOptions',
        'CreateExtensionPointOptions',
        'DatabaseService',
        'DiscoveryService',
        'ExtensionPoint',
        'ExtensionPointFactoryContext',
        'HttpAuthService',
        'HttpRouterService',
        'HttpRouterServiceAuthPolicy',
        'LifecycleService',
        'LifecycleServiceShutdownHook',
        'LifecycleServiceShutdownOptions',
        'LifecycleServiceStartupHook',
        'LifecycleServiceStartupOptions',
        'LoggerService',
        'PermissionsRegistryService',
        'PermissionsRegistryServiceAddResourceTypeOptions',
        'PermissionsService',
        'PermissionsServiceRequestOptions',
        'PluginMetadataService',
        'PluginServiceFactoryOptions',
        'RootConfigService',
        'RootHealthService',
        'RootHttpRouterService',
        'RootInstanceMetadataService',
        'RootInstanceMetadataServicePluginInfo',
        'RootLifecycleService',
        'RootLoggerService',
        'RootServiceFactoryOptions',
        'RootSystemMetadataService',
        'RootSystemMetadataServicePluginInfo',
        'SchedulerService',
        'SchedulerServiceTaskDescriptor',
        'SchedulerServiceTaskFunction',
        'SchedulerServiceTaskInvocationDefinition',
        'SchedulerServiceTaskRunner',
        'SchedulerServiceTaskScheduleDefinition',
        'SchedulerServiceTaskScheduleDefinitionConfig',
        'ServiceFactory',
        'ServiceRef',
        'ServiceRefOptions',
        'UrlReaderService',
        'UrlReaderServiceReadTreeOptions',
        'UrlReaderServiceReadTreeResponse',
        'UrlReaderServiceReadTreeResponseDirOptions',
        'UrlReaderServiceReadTreeResponseFile',
        'UrlReaderServiceReadUrlOptions',
        'UrlReaderServiceReadUrlResponse',
        'UrlReaderServiceSearchOptions',
        'UrlReaderServiceSearchResponse',
        'UrlReaderServiceSearchResponseFile',
        'UserInfoService',
        'coreServices',
        'createBackendFeatureLoader',
        'createBackendModule',
        'createBackendPlugin',
        'createExtensionPoint',
        'createServiceFactory',
        'createServiceRef',
        'isChildPath',
        'isDatabaseConflictError',
        'readSchedulerServiceTaskScheduleDefinitionFromConfig',
        'resolvePackagePath',
        'resolveSafeChildPath',
      ],
    ],
  ],
  'backstage-forklift/services': Object.entries(SERVICE_HOMES).map(([subpath, names]) => [
    `@backstage/backend-defaults/${subpath}`,
    names,
  ]),
  'backstage-forklift/testing': [
    [
      '@backstage/backend-test-utils',
      [
        'CreateMockDirectoryOptions',
        'MockDirectory',
        'MockDirectoryContent',
        'MockDirectoryContentCallback',
        'MockDirectoryContentCallbackContext',
        'MockDirectoryContentOptions',
        'ServiceFactoryTester',
        'ServiceFactoryTesterOptions',
        'ServiceMock',
        'TestBackend',
        'TestBackendOptions',
        'TestCacheId',
        'TestCaches',
        'TestDatabaseId',
        'TestDatabases',
        'createMockDirectory',
        'createServiceMock',
        'mockCredentials',
        'mockErrorHandler',
        'mockServices',
        'registerMswTestHooks',
        'startTestBackend',
      ],
    ],
  ],
};

/**
 * The stock package, or subpath, that exports what a module of ours exports under the same name, if one does.
 *
 * @param dependencies - of the backend: the discontinued package is taken only where it is one already
 */
export function newHomeOf(
  module: string,
  name: string,
  dependencies: Readonly<Record<string, string>> = {},
): string | undefined {
  if (module === 'backstage-forklift/legacy' && SHIMS.includes(name)) {
    return isAtLeast(dependencies[BACKEND_COMMON] ?? '', SHIMS_SINCE) ? BACKEND_COMMON : undefined;
  }
  return HOMES[module]?.find(([, names]) => names.includes(name))?.[0];
}
