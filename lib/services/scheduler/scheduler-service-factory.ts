import { coreServices, createServiceFactory, metricsServiceRef } from '../../api';
import { DefaultSchedulerService } from './default-scheduler-service';

/** Scheduled tasks per plugin. */
export const schedulerServiceFactory = createServiceFactory({
  service: coreServices.scheduler,
  deps: {
    database: coreServices.database,
    httpAuth: coreServices.httpAuth,
    httpRouter: coreServices.httpRouter,
    logger: coreServices.logger,
    metrics: metricsServiceRef,
    pluginMetadata: coreServices.pluginMetadata,
    rootLifecycle: coreServices.rootLifecycle,
  },
  factory: deps => DefaultSchedulerService.create(deps),
});
