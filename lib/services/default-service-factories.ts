import type { ServiceFactory } from '../api';
import { actionsServiceFactory } from './actions';
import { actionsRegistryServiceFactory } from './actions-registry';
import { connectionsServiceFactory } from './connections';
import { metricsServiceFactory } from './metrics';
import { tracingServiceFactory } from './tracing';
import { auditorServiceFactory } from './auditor';
import { discoveryServiceFactory } from './discovery';
import { httpRouterServiceFactory } from './http-router';
import { loggerServiceFactory } from './logger';
import { rootConfigServiceFactory } from './root-config';
import { configCheckServiceFactory } from './root-config/check/config-check-service-factory';
import { rootLoggerServiceFactory } from './root-logger';
import { instanceMetadataServiceFactory } from './instance-metadata/instance-metadata-service-factory';
import { lifecycleServiceFactory } from './lifecycle';
import { rootHealthServiceFactory } from './root-health';
import { rootHttpRouterServiceFactory } from './root-http-router';
import { rootLifecycleServiceFactory } from './root-lifecycle';
import { rootSystemMetadataServiceFactory } from './root-system-metadata';
import { databaseServiceFactory } from './database';
import { authServiceFactory } from './auth';
import { sharedAuthStateServiceFactory } from './auth/shared-auth-state';
import { httpAuthServiceFactory } from './http-auth';
import { permissionsServiceFactory } from './permissions';
import { permissionsRegistryServiceFactory } from './permissions-registry';
import { userInfoServiceFactory } from './user-info';
import { cacheServiceFactory } from './cache';
import { eventsServiceFactory } from './events';
import { schedulerServiceFactory } from './scheduler';
import { urlReaderServiceFactory } from './url-reader';

/** The services of every backend. Adding a factory for the same service replaces the one here. */
export const defaultServiceFactories: ServiceFactory[] = [
  auditorServiceFactory,
  rootConfigServiceFactory,
  rootLoggerServiceFactory,
  configCheckServiceFactory,
  loggerServiceFactory,
  databaseServiceFactory,
  rootLifecycleServiceFactory,
  lifecycleServiceFactory,
  rootHealthServiceFactory,
  discoveryServiceFactory,
  rootSystemMetadataServiceFactory,
  sharedAuthStateServiceFactory,
  rootHttpRouterServiceFactory,
  httpRouterServiceFactory,
  authServiceFactory,
  httpAuthServiceFactory,
  permissionsServiceFactory,
  permissionsRegistryServiceFactory,
  userInfoServiceFactory,
  cacheServiceFactory,
  eventsServiceFactory,
  schedulerServiceFactory,
  urlReaderServiceFactory,
  actionsServiceFactory,
  actionsRegistryServiceFactory,
  connectionsServiceFactory,
  metricsServiceFactory,
  tracingServiceFactory,
  instanceMetadataServiceFactory,
];
