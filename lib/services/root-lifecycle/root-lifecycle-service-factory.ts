import { coreServices, createServiceFactory } from '../../api';
import { BackendLifecycle } from './backend-lifecycle';

/** Startup and shutdown hooks of the backend. */
export const rootLifecycleServiceFactory = createServiceFactory({
  service: coreServices.rootLifecycle,
  deps: { logger: coreServices.rootLogger },
  factory: ({ logger }) => new BackendLifecycle(logger),
});
