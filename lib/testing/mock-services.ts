import type { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import {
  coreServices,
  createServiceFactory,
  eventsServiceRef,
  type AuditorService,
  type AuthService,
  type BackstageCredentials,
  type BackstageUserInfo,
  type DatabaseService,
  type DiscoveryService,
  type EventsService,
  type HttpAuthService,
  type LoggerService,
  type PermissionsService,
  type RootConfigService,
  type RootInstanceMetadataService,
  type RootLoggerService,
  type RootSystemMetadataService,
  type SchedulerService,
  type ServiceFactory,
  type ServiceRef,
  type UserInfoService,
} from '../api';
import {
  auditorServiceFactory,
  cacheServiceFactory,
  databaseServiceFactory,
  HostDiscovery,
  httpRouterServiceFactory,
  lifecycleServiceFactory,
  loggerServiceFactory,
  permissionsRegistryServiceFactory,
  permissionsServiceFactory,
  rootHealthServiceFactory,
  rootHttpRouterServiceFactory,
  rootLifecycleServiceFactory,
  urlReaderServiceFactory,
} from '../services';
import { createServiceMock, createStubbedServiceMock } from './create-service-mock';
import { mockCredentials } from './mock-credentials';
import { mockFunction } from './mock-function';
import { MockAuthService } from './services/mock-auth-service';
import { MockEventsService } from './services/mock-events-service';
import { MockHttpAuthService } from './services/mock-http-auth-service';
import { MockPermissionsService } from './services/mock-permissions-service';
import { createMockRootConfig, type MockRootConfig } from './services/mock-root-config';
import { MockRootLoggerService, type MockLoggerLevel } from './services/mock-root-logger-service';
import {
  MockSchedulerService,
  type MockSchedulerServiceOptions,
} from './services/mock-scheduler-service';
import { MockUserInfoService } from './services/mock-user-info-service';

/** A function that makes factories, and is itself the factory without options. */
function callableFactory<TService, TScope extends 'root' | 'plugin', TOptions>(
  service: ServiceRef<TService, TScope>,
  create: (options?: TOptions) => TService,
) {
  const withOptions = (options?: TOptions) =>
    createServiceFactory({
      service: service as ServiceRef<TService, 'plugin', 'singleton'>,
      deps: {},
      factory: () => create(options),
    }) as unknown as ServiceFactory<TService, TScope, 'singleton'>;
  return Object.assign(withOptions, withOptions());
}

const loggerMembers = () => ({
  child: mockFunction(() => loggerMembers() as unknown as LoggerService),
  debug: mockFunction(),
  error: mockFunction(),
  info: mockFunction(),
  warn: mockFunction(),
});

/**
 * Core services for tests. Each has up to three forms:
 *
 * - `mockServices.auth()`: an instance that works without a backend;
 * - `mockServices.auth.factory()`: a feature that installs such an instance;
 * - `mockServices.auth.mock({ ... })`: every method a sinon stub, some with an implementation, and a
 *   `factory` that installs it.
 */
export namespace mockServices {
  /** A configuration with the given data, which `update` replaces. */
  export function rootConfig(options?: rootConfig.Options): MockRootConfig {
    return createMockRootConfig(options);
  }
  export namespace rootConfig {
    export type Options = { data?: JsonObject };
    export const factory = callableFactory<RootConfigService, 'root', Options>(
      coreServices.rootConfig,
      rootConfig,
    );
    export const mock = createStubbedServiceMock(coreServices.rootConfig, [
      'get',
      'getBoolean',
      'getConfig',
      'getConfigArray',
      'getNumber',
      'getOptional',
      'getOptionalBoolean',
      'getOptionalConfig',
      'getOptionalConfigArray',
      'getOptionalNumber',
      'getOptionalString',
      'getOptionalStringArray',
      'getString',
      'getStringArray',
      'has',
      'keys',
    ]);
  }

  /** A logger that prints to the console from `level` on; nothing by default. */
  export function rootLogger(options?: rootLogger.Options): RootLoggerService {
    return MockRootLoggerService.create(options);
  }
  export namespace rootLogger {
    export type Options = { level?: MockLoggerLevel };
    export const factory = callableFactory<RootLoggerService, 'root', Options>(
      coreServices.rootLogger,
      rootLogger,
    );
    export const mock = createServiceMock(coreServices.rootLogger, loggerMembers);
  }

  export namespace logger {
    export const factory = () => loggerServiceFactory;
    export const mock = createServiceMock(coreServices.logger, loggerMembers);
  }

  export namespace auditor {
    export const factory = () => auditorServiceFactory;
    export const mock = createServiceMock<AuditorService>(coreServices.auditor, () => ({
      createEvent: mockFunction(async () => ({ success: mockFunction(), fail: mockFunction() })),
    }));
  }

  /** Takes and issues the tokens of {@link mockCredentials}. */
  export function auth(options?: {
    pluginId?: string;
    disableDefaultAuthPolicy?: boolean;
  }): AuthService {
    return new MockAuthService({
      pluginId: options?.pluginId ?? 'test',
      disableDefaultAuthPolicy: Boolean(options?.disableDefaultAuthPolicy),
    });
  }
  export namespace auth {
    export const factory = () =>
      createServiceFactory({
        service: coreServices.auth,
        deps: { plugin: coreServices.pluginMetadata, config: coreServices.rootConfig },
        factory: ({ plugin, config }): AuthService =>
          auth({
            pluginId: plugin.getId(),
            disableDefaultAuthPolicy: config.getOptionalBoolean(
              'backend.auth.dangerouslyDisableDefaultAuthPolicy',
            ),
          }),
      });
    export const mock = createStubbedServiceMock(coreServices.auth, [
      'authenticate',
      'getNoneCredentials',
      'getOwnServiceCredentials',
      'isPrincipal',
      'getPluginRequestToken',
      'getLimitedUserToken',
      'listPublicServiceKeys',
    ]);
  }

  /** Gives addresses that no request can reach, so that a forgotten mock shows. */
  export function discovery(): DiscoveryService {
    return HostDiscovery.fromConfig(
      rootConfig({ data: { backend: { baseUrl: 'http://localhost:0', listen: { port: 0 } } } }),
    );
  }
  export namespace discovery {
    export const factory = () =>
      createServiceFactory({ service: coreServices.discovery, deps: {}, factory: discovery });
    export const mock = createStubbedServiceMock(coreServices.discovery, [
      'getBaseUrl',
      'getExternalBaseUrl',
    ]);
  }

  /** Reads the tokens of {@link mockCredentials}; without one, the default credentials count. */
  export function httpAuth(options?: {
    pluginId?: string;
    /** By default those of `mockCredentials.user()`. */
    defaultCredentials?: BackstageCredentials;
  }): HttpAuthService {
    return new MockHttpAuthService(
      options?.pluginId ?? 'test',
      options?.defaultCredentials ?? mockCredentials.user(),
    );
  }
  export namespace httpAuth {
    export const factory = (options?: { defaultCredentials?: BackstageCredentials }) =>
      createServiceFactory({
        service: coreServices.httpAuth,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin }): HttpAuthService =>
          httpAuth({ pluginId: plugin.getId(), ...options }),
      });
    export const mock = createStubbedServiceMock(coreServices.httpAuth, [
      'credentials',
      'issueUserCookie',
    ]);
  }

  /** Knows every user, by default as the owner of itself only. */
  export function userInfo(customInfo?: Partial<BackstageUserInfo>): UserInfoService {
    return new MockUserInfoService(customInfo);
  }
  export namespace userInfo {
    export const factory = () =>
      createServiceFactory({
        service: coreServices.userInfo,
        deps: {},
        factory: () => userInfo(),
      });
    export const mock = createStubbedServiceMock(coreServices.userInfo, ['getUserInfo']);
  }

  export namespace cache {
    export const factory = () => cacheServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.cache, [
      'delete',
      'get',
      'set',
      'withOptions',
    ]);
  }

  /** Gives the knex instance, for example one of `TestDatabases`. */
  export function database(options: {
    knex: Knex;
    migrations?: { skip?: boolean };
  }): DatabaseService {
    return { getClient: async () => options.knex, migrations: options.migrations };
  }
  export namespace database {
    /** Without options: the regular service, which reads the configuration. */
    export const factory = (
      options?: Parameters<typeof database>[0],
    ): ServiceFactory<DatabaseService, 'plugin', 'singleton'> =>
      options
        ? createServiceFactory({
            service: coreServices.database,
            deps: {},
            factory: () => database(options),
          })
        : databaseServiceFactory;
    export const mock = createServiceMock<DatabaseService>(coreServices.database, () => ({
      getClient: mockFunction(),
    }));
  }

  export namespace rootHealth {
    export const factory = () => rootHealthServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.rootHealth, [
      'getLiveness',
      'getReadiness',
    ]);
  }

  export namespace httpRouter {
    export const factory = () => httpRouterServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.httpRouter, ['use', 'addAuthPolicy']);
  }

  export namespace rootHttpRouter {
    export const factory = () => rootHttpRouterServiceFactory();
    export const mock = createStubbedServiceMock(coreServices.rootHttpRouter, ['use']);
  }

  export namespace lifecycle {
    export const factory = () => lifecycleServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.lifecycle, [
      'addShutdownHook',
      'addStartupHook',
    ]);
  }

  export namespace rootLifecycle {
    export const factory = () => rootLifecycleServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.rootLifecycle, [
      'addShutdownHook',
      'addBeforeShutdownHook',
      'addStartupHook',
    ]);
  }

  type DefinitiveResult = AuthorizeResult.ALLOW | AuthorizeResult.DENY;

  /** Gives every request the same answer, by default ALLOW. */
  export function permissions(options?: { result: DefinitiveResult }): PermissionsService {
    return new MockPermissionsService(options?.result);
  }
  export namespace permissions {
    /** Without a result: the regular service. */
    export const factory = (options?: {
      result: DefinitiveResult;
    }): ServiceFactory<PermissionsService, 'plugin', 'singleton'> =>
      options?.result
        ? createServiceFactory({
            service: coreServices.permissions,
            deps: {},
            factory: () => permissions(options),
          })
        : permissionsServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.permissions, [
      'authorize',
      'authorizeConditional',
    ]);
  }

  export namespace permissionsRegistry {
    export const factory = () => permissionsRegistryServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.permissionsRegistry, [
      'addPermissionRules',
      'addPermissions',
      'addResourceType',
      'getPermissionRuleset',
    ]);
  }

  /** Runs every task once when the backend has started. */
  export function scheduler(): SchedulerService {
    return new MockSchedulerService();
  }
  export namespace scheduler {
    export const factory = (options?: MockSchedulerServiceOptions) =>
      new MockSchedulerService().factory(options);
    export const mock = createStubbedServiceMock(coreServices.scheduler, [
      'createScheduledTaskRunner',
      'getScheduledTasks',
      'scheduleTask',
      'triggerTask',
      'cancelTask',
    ]);
  }

  export namespace urlReader {
    export const factory = () => urlReaderServiceFactory;
    export const mock = createStubbedServiceMock(coreServices.urlReader, [
      'readTree',
      'readUrl',
      'search',
    ]);
  }

  /** Delivers events within the process; `publish` waits for the subscribers. */
  export function events(): EventsService {
    return new MockEventsService();
  }
  export namespace events {
    export const factory = callableFactory<EventsService, 'plugin', undefined>(
      eventsServiceRef,
      events,
    );
    export const mock = createStubbedServiceMock(eventsServiceRef, ['publish', 'subscribe']);
  }

  /** Says that no plugin is installed. */
  export function rootInstanceMetadata(): RootInstanceMetadataService {
    return { getInstalledPlugins: async () => [] };
  }
  export namespace rootInstanceMetadata {
    export const factory = callableFactory<RootInstanceMetadataService, 'root', undefined>(
      coreServices.rootInstanceMetadata,
      rootInstanceMetadata,
    );
    export const mock = createStubbedServiceMock(coreServices.rootInstanceMetadata, [
      'getInstalledPlugins',
    ]);
  }

  /** Says that no plugin is installed. */
  export function rootSystemMetadata(): RootSystemMetadataService {
    return { getInstalledPlugins: async () => [] };
  }
  export namespace rootSystemMetadata {
    export const factory = callableFactory<RootSystemMetadataService, 'root', undefined>(
      coreServices.rootSystemMetadata,
      rootSystemMetadata,
    );
    export const mock = createStubbedServiceMock(coreServices.rootSystemMetadata, [
      'getInstalledPlugins',
    ]);
  }
}
