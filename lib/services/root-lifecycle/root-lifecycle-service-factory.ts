import { coreServices, createServiceFactory, type RootConfigService } from '../../api';
import { BackendLifecycle } from './backend-lifecycle';

/** Startup and shutdown hooks of the backend. At shutdown the configuration is no longer watched. */
export const rootLifecycleServiceFactory = createServiceFactory({
  service: coreServices.rootLifecycle,
  deps: { logger: coreServices.rootLogger, config: coreServices.rootConfig },
  factory({ logger, config }) {
    const lifecycle = new BackendLifecycle(logger);
    // The configuration is there before the lifecycle is, so it cannot add the hook itself.
    lifecycle.addShutdownHook(() => (config as RootConfigService & { close?(): void }).close?.());
    return lifecycle;
  },
});
