import { createServiceRef } from './service-ref';
import type {
  AuditorService,
  AuthService,
  CacheService,
  DatabaseService,
  DiscoveryService,
  HttpAuthService,
  HttpRouterService,
  LifecycleService,
  LoggerService,
  PermissionsService,
  PermissionsRegistryService,
  PluginMetadataService,
  RootConfigService,
  RootHealthService,
  RootHttpRouterService,
  RootInstanceMetadataService,
  RootLifecycleService,
  RootLoggerService,
  RootSystemMetadataService,
  SchedulerService,
  UrlReaderService,
  UserInfoService,
} from './services';

/** References to the services that every backend provides. */
export namespace coreServices {
  export const auth = createServiceRef<AuthService>({ id: 'core.auth' });
  export const userInfo = createServiceRef<UserInfoService>({ id: 'core.userInfo' });
  export const cache = createServiceRef<CacheService>({ id: 'core.cache' });
  export const rootConfig = createServiceRef<RootConfigService>({
    id: 'core.rootConfig',
    scope: 'root',
  });
  export const database = createServiceRef<DatabaseService>({ id: 'core.database' });
  export const discovery = createServiceRef<DiscoveryService>({ id: 'core.discovery' });
  export const rootHealth = createServiceRef<RootHealthService>({
    id: 'core.rootHealth',
    scope: 'root',
  });
  export const httpAuth = createServiceRef<HttpAuthService>({ id: 'core.httpAuth' });
  export const httpRouter = createServiceRef<HttpRouterService>({ id: 'core.httpRouter' });
  export const lifecycle = createServiceRef<LifecycleService>({ id: 'core.lifecycle' });
  export const logger = createServiceRef<LoggerService>({ id: 'core.logger' });
  export const auditor = createServiceRef<AuditorService>({ id: 'core.auditor' });
  export const permissions = createServiceRef<PermissionsService>({ id: 'core.permissions' });
  export const permissionsRegistry = createServiceRef<PermissionsRegistryService>({
    id: 'core.permissionsRegistry',
  });
  export const pluginMetadata = createServiceRef<PluginMetadataService>({
    id: 'core.pluginMetadata',
  });
  export const rootHttpRouter = createServiceRef<RootHttpRouterService>({
    id: 'core.rootHttpRouter',
    scope: 'root',
  });
  export const rootLifecycle = createServiceRef<RootLifecycleService>({
    id: 'core.rootLifecycle',
    scope: 'root',
  });
  export const rootLogger = createServiceRef<RootLoggerService>({
    id: 'core.rootLogger',
    scope: 'root',
  });
  export const scheduler = createServiceRef<SchedulerService>({ id: 'core.scheduler' });
  export const urlReader = createServiceRef<UrlReaderService>({ id: 'core.urlReader' });
  export const rootInstanceMetadata = createServiceRef<RootInstanceMetadataService>({
    id: 'core.rootInstanceMetadata',
    scope: 'root',
  });
  export const rootSystemMetadata = createServiceRef<RootSystemMetadataService>({
    id: 'core.rootSystemMetadata',
    scope: 'root',
  });
}
