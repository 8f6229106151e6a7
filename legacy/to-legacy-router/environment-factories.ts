import {
  eventBrokerToEvents,
  legacyToPermissions,
  pluginCacheManagerToCache,
  taskSchedulerToScheduler,
} from '../../adapters';
import {
  coreServices,
  createServiceFactory,
  eventsServiceRef,
  type AuthService,
  type BackstageCredentials,
  type ServiceFactory,
  type ServiceRef,
  type UserInfoService,
} from '../../lib/api';
import { toInternalCredentials } from '../../lib/services/auth/credentials';
import { createLegacyAuthAdapters } from '../backend-common/legacy-auth/create-legacy-auth-adapters';
import type { LegacyBackendEnvironment } from './legacy-backend-environment';

/** Makes services of the new system from the environment of an old backend. */
export function environmentFactories(env: LegacyBackendEnvironment): ServiceFactory[] {
  const { auth, httpAuth, userInfo } = authServices(env);
  const { database, cache, reader, scheduler, permissions, events, eventBroker } = env;
  return [
    provide(coreServices.rootConfig, env.config),
    provide(coreServices.rootLogger, env.logger),
    provide(coreServices.logger, env.logger),
    provide(coreServices.discovery, env.discovery),
    provide(coreServices.auth, auth),
    // Else that of new backends, which knows the cookie of users, over the auth service of the old one.
    provide(coreServices.httpAuth, httpAuth),
    provide(coreServices.userInfo, userInfo),
    provide(coreServices.database, database),
    provide(coreServices.cache, cache && pluginCacheManagerToCache(cache)),
    provide(coreServices.urlReader, reader),
    provide(coreServices.scheduler, scheduler && taskSchedulerToScheduler(scheduler)),
    provide(
      coreServices.permissions,
      permissions && legacyToPermissions(permissions, credentials => tokenFor(env, credentials)),
    ),
    provide(eventsServiceRef, events ?? (eventBroker && eventBrokerToEvents(eventBroker))),
  ].flat();
}

function provide<TService>(
  ref: ServiceRef<TService, any, 'singleton'>,
  service: TService | undefined,
): ServiceFactory[] {
  if (!service) {
    return [];
  }
  const options = { service: ref as ServiceRef<TService, 'root', 'singleton'>, deps: {} };
  return [createServiceFactory({ ...options, factory: () => service })];
}

function authServices(env: LegacyBackendEnvironment) {
  const { auth, httpAuth } = env;
  const isComplete = auth && httpAuth;
  const adapters = createLegacyAuthAdapters<
    LegacyBackendEnvironment,
    { auth: AuthService; userInfo: UserInfoService }
  >(isComplete ? env : { ...env, auth: undefined, httpAuth: undefined });
  return { ...adapters, httpAuth: isComplete && httpAuth };
}

/** Users have their token; services are believed for the token that the old backend gives plugins. */
async function tokenFor(
  { tokenManager }: LegacyBackendEnvironment,
  credentials: BackstageCredentials,
): Promise<string | undefined> {
  const { principal, token } = toInternalCredentials(credentials);
  const isService = (principal as { type?: string }).type === 'service';
  return isService ? (await tokenManager?.getToken())?.token : token;
}
