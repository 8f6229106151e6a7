import { coreServices, createServiceFactory } from '../../api';
import { DefaultRootHealthService } from './default-root-health-service';

/** Liveness and readiness of the backend. */
export const rootHealthServiceFactory = createServiceFactory({
  service: coreServices.rootHealth,
  deps: { lifecycle: coreServices.rootLifecycle, logger: coreServices.rootLogger },
  factory: deps => new DefaultRootHealthService(deps),
});
