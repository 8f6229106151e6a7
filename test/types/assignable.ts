// Checked by `npm run typecheck`: what is ours is of the types of stock Backstage, and the other way.
import type * as stock from '@backstage/backend-plugin-api';
import {
  coreServices as stockCoreServices,
  createBackendFeatureLoader as createStockFeatureLoader,
  createBackendModule as createStockModule,
  createBackendPlugin as createStockPlugin,
  createExtensionPoint as createStockExtensionPoint,
  createServiceFactory as createStockServiceFactory,
  createServiceRef as createStockServiceRef,
} from '@backstage/backend-plugin-api';
import type * as connections from '@backstage/connections';
import type * as ours from 'backstage-forklift';
import {
  coreServices,
  createBackend,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
} from 'backstage-forklift';

/** Compiles only when each type can stand in for the other. */
function interchangeable<A, B>(
  ..._: [A] extends [B] ? ([B] extends [A] ? [] : ['not ours']) : ['not theirs']
) {}

interface Greeter {
  greet(name: string): string;
}

interchangeable<ours.AuditorService, stock.AuditorService>();
interchangeable<ours.AuditorServiceCreateEventOptions, stock.AuditorServiceCreateEventOptions>();
interchangeable<ours.AuditorServiceEvent, stock.AuditorServiceEvent>();
interchangeable<ours.AuditorServiceEventSeverityLevel, stock.AuditorServiceEventSeverityLevel>();
interchangeable<ours.AuthService, stock.AuthService>();
interchangeable<ours.BackendFeature, stock.BackendFeature>();
interchangeable<ours.BackendModuleRegistrationPoints, stock.BackendModuleRegistrationPoints>();
interchangeable<ours.BackendPluginRegistrationPoints, stock.BackendPluginRegistrationPoints>();
interchangeable<ours.BackstageCredentials, stock.BackstageCredentials>();
interchangeable<ours.BackstageNonePrincipal, stock.BackstageNonePrincipal>();
interchangeable<
  ours.BackstagePrincipalAccessRestrictions,
  stock.BackstagePrincipalAccessRestrictions
>();
interchangeable<ours.BackstagePrincipalTypes, stock.BackstagePrincipalTypes>();
interchangeable<ours.BackstageServicePrincipal, stock.BackstageServicePrincipal>();
interchangeable<ours.BackstageUserInfo, stock.BackstageUserInfo>();
interchangeable<ours.BackstageUserPrincipal, stock.BackstageUserPrincipal>();
interchangeable<ours.CacheService, stock.CacheService>();
interchangeable<ours.CacheServiceOptions, stock.CacheServiceOptions>();
interchangeable<ours.CacheServiceSetOptions, stock.CacheServiceSetOptions>();
interchangeable<ours.ConnectionsService, connections.ConnectionsService>();
interchangeable<ours.CreateBackendModuleOptions, stock.CreateBackendModuleOptions>();
interchangeable<ours.CreateBackendPluginOptions, stock.CreateBackendPluginOptions>();
interchangeable<ours.CreateExtensionPointOptions, stock.CreateExtensionPointOptions>();
interchangeable<ours.DatabaseService, stock.DatabaseService>();
interchangeable<ours.DiscoveryService, stock.DiscoveryService>();
interchangeable<ours.ExtensionPoint<Greeter>, stock.ExtensionPoint<Greeter>>();
interchangeable<ours.ExtensionPointFactoryContext, stock.ExtensionPointFactoryContext>();
interchangeable<ours.HttpAuthService, stock.HttpAuthService>();
interchangeable<ours.HttpRouterService, stock.HttpRouterService>();
interchangeable<ours.HttpRouterServiceAuthPolicy, stock.HttpRouterServiceAuthPolicy>();
interchangeable<ours.LifecycleService, stock.LifecycleService>();
interchangeable<ours.LifecycleServiceShutdownHook, stock.LifecycleServiceShutdownHook>();
interchangeable<ours.LifecycleServiceShutdownOptions, stock.LifecycleServiceShutdownOptions>();
interchangeable<ours.LifecycleServiceStartupHook, stock.LifecycleServiceStartupHook>();
interchangeable<ours.LifecycleServiceStartupOptions, stock.LifecycleServiceStartupOptions>();
interchangeable<ours.LoggerService, stock.LoggerService>();
interchangeable<ours.PermissionsRegistryService, stock.PermissionsRegistryService>();
interchangeable<ours.PermissionsService, stock.PermissionsService>();
interchangeable<ours.PermissionsServiceRequestOptions, stock.PermissionsServiceRequestOptions>();
interchangeable<ours.PluginMetadataService, stock.PluginMetadataService>();
interchangeable<ours.RootConfigService, stock.RootConfigService>();
interchangeable<ours.RootHealthService, stock.RootHealthService>();
interchangeable<ours.RootHttpRouterService, stock.RootHttpRouterService>();
interchangeable<ours.RootInstanceMetadataService, stock.RootInstanceMetadataService>();
interchangeable<
  ours.RootInstanceMetadataServicePluginInfo,
  stock.RootInstanceMetadataServicePluginInfo
>();
interchangeable<ours.RootLifecycleService, stock.RootLifecycleService>();
interchangeable<ours.RootLoggerService, stock.RootLoggerService>();
interchangeable<ours.RootSystemMetadataService, stock.RootSystemMetadataService>();
interchangeable<
  ours.RootSystemMetadataServicePluginInfo,
  stock.RootSystemMetadataServicePluginInfo
>();
interchangeable<ours.SchedulerService, stock.SchedulerService>();
interchangeable<ours.SchedulerServiceTaskDescriptor, stock.SchedulerServiceTaskDescriptor>();
interchangeable<ours.SchedulerServiceTaskFunction, stock.SchedulerServiceTaskFunction>();
interchangeable<
  ours.SchedulerServiceTaskInvocationDefinition,
  stock.SchedulerServiceTaskInvocationDefinition
>();
interchangeable<ours.SchedulerServiceTaskRunner, stock.SchedulerServiceTaskRunner>();
interchangeable<
  ours.SchedulerServiceTaskScheduleDefinition,
  stock.SchedulerServiceTaskScheduleDefinition
>();
interchangeable<
  ours.SchedulerServiceTaskScheduleDefinitionConfig,
  stock.SchedulerServiceTaskScheduleDefinitionConfig
>();
interchangeable<ours.ServiceFactory, stock.ServiceFactory>();
interchangeable<ours.ServiceFactory<Greeter, 'root'>, stock.ServiceFactory<Greeter, 'root'>>();
interchangeable<ours.ServiceRef<Greeter>, stock.ServiceRef<Greeter>>();
interchangeable<
  ours.ServiceRef<Greeter, 'root', 'multiton'>,
  stock.ServiceRef<Greeter, 'root', 'multiton'>
>();
interchangeable<ours.UrlReaderService, stock.UrlReaderService>();
interchangeable<ours.UrlReaderServiceReadTreeOptions, stock.UrlReaderServiceReadTreeOptions>();
interchangeable<ours.UrlReaderServiceReadTreeResponse, stock.UrlReaderServiceReadTreeResponse>();
interchangeable<
  ours.UrlReaderServiceReadTreeResponseDirOptions,
  stock.UrlReaderServiceReadTreeResponseDirOptions
>();
interchangeable<
  ours.UrlReaderServiceReadTreeResponseFile,
  stock.UrlReaderServiceReadTreeResponseFile
>();
interchangeable<ours.UrlReaderServiceReadUrlOptions, stock.UrlReaderServiceReadUrlOptions>();
interchangeable<ours.UrlReaderServiceReadUrlResponse, stock.UrlReaderServiceReadUrlResponse>();
interchangeable<ours.UrlReaderServiceSearchOptions, stock.UrlReaderServiceSearchOptions>();
interchangeable<ours.UrlReaderServiceSearchResponse, stock.UrlReaderServiceSearchResponse>();
interchangeable<
  ours.UrlReaderServiceSearchResponseFile,
  stock.UrlReaderServiceSearchResponseFile
>();
interchangeable<ours.UserInfoService, stock.UserInfoService>();

// References of either side in the features of the other.
const ourRef = createServiceRef<Greeter>({ id: 'x.ours' });
const stockRef = createStockServiceRef<Greeter>({ id: 'x.stock' });
const ourPoint = createExtensionPoint<Greeter>({ id: 'x.our-point' });
const stockPoint = createStockExtensionPoint<Greeter>({ id: 'x.stock-point' });
const greeter: Greeter = { greet: name => name };

const ourFactory = createServiceFactory({
  service: stockRef,
  deps: { logger: stockCoreServices.logger, other: ourRef, config: coreServices.rootConfig },
  createRootContext: ({ config }) => ({ title: config.getString('app.title') }),
  factory: ({ logger, other }, { title }) => ({
    greet(name) {
      logger.info(title);
      return other.greet(name);
    },
  }),
});
const stockFactory = createStockServiceFactory({
  service: ourRef,
  deps: { logger: coreServices.logger, other: stockRef },
  factory: ({ logger, other }) => {
    logger.info('made');
    return other;
  },
});
const ourPlugin = createBackendPlugin({
  pluginId: 'ours',
  register(reg) {
    reg.registerExtensionPoint(stockPoint, greeter);
    reg.registerInit({
      deps: { database: stockCoreServices.database, http: coreServices.httpRouter, ref: stockRef },
      async init({ database, ref }) {
        await (await database.getClient())('table').insert({ greeting: ref.greet('x') });
      },
    });
  },
});
const stockPlugin = createStockPlugin({
  pluginId: 'stock',
  register(reg) {
    reg.registerExtensionPoint({ extensionPoint: ourPoint, factory: () => greeter });
    reg.registerInit({
      deps: { cache: coreServices.cache, ref: ourRef },
      async init({ cache, ref }) {
        await cache.set('greeting', ref.greet('x'), { ttl: { minutes: 1 } });
      },
    });
  },
});
const ourModule = createBackendModule({
  pluginId: 'stock',
  moduleId: 'ours',
  register(reg) {
    reg.registerInit({
      deps: { point: stockPoint, many: createServiceRef<Greeter>({ id: 'm', multiton: true }) },
      async init({ point, many }) {
        many.map(each => each.greet(point.greet('x')));
      },
    });
  },
});
const stockModule = createStockModule({
  pluginId: 'ours',
  moduleId: 'stock',
  register(reg) {
    reg.registerInit({
      deps: { point: ourPoint },
      async init({ point }) {
        point.greet('x');
      },
    });
  },
});
const loaders = [
  createBackendFeatureLoader({
    deps: { config: stockCoreServices.rootConfig },
    *loader({ config }) {
      yield config.has('x') ? stockPlugin : ourPlugin;
      yield import('./features.js');
    },
  }),
  createStockFeatureLoader({
    deps: { config: coreServices.rootConfig },
    loader: ({ config }) => [config.has('x') ? stockPlugin : ourPlugin],
  }),
];

const backend = createBackend();
for (const feature of [
  ...[ourFactory, stockFactory, ourPlugin, stockPlugin, ourModule, stockModule],
  ...loaders,
]) {
  backend.add(feature);
}
backend.add(import('./features.js'));

declare const stockBackend: { add(feature: stock.BackendFeature): void };
[ourFactory, ourPlugin, ourModule, ...loaders].forEach(feature => stockBackend.add(feature));
