import type { ServiceFactory } from '../api';
import {
  actionsRegistryServiceMock,
  actionsServiceMock,
  connectionsServiceMock,
  metricsServiceMock,
  tracingServiceMock,
} from './alpha-service-mocks';
import { mockServices } from './mock-services';

/** The services of a test backend, besides its HTTP server and discovery. */
export const defaultServiceFactories: ServiceFactory[] = [
  mockServices.auth.factory(),
  mockServices.auditor.factory(),
  mockServices.cache.factory(),
  mockServices.rootConfig.factory(),
  mockServices.database.factory(),
  mockServices.httpAuth.factory(),
  mockServices.httpRouter.factory(),
  mockServices.lifecycle.factory(),
  mockServices.logger.factory(),
  mockServices.permissions.factory(),
  mockServices.permissionsRegistry.factory(),
  mockServices.rootHealth.factory(),
  mockServices.rootLifecycle.factory(),
  mockServices.rootLogger.factory(),
  mockServices.scheduler.factory(),
  mockServices.userInfo.factory(),
  mockServices.urlReader.factory(),
  mockServices.events.factory(),
  actionsRegistryServiceMock.factory(),
  actionsServiceMock.factory(),
  connectionsServiceMock.factory(),
  metricsServiceMock.factory(),
  tracingServiceMock.factory(),
];
