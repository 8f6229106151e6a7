import { ServerResponse } from 'node:http';
import express from 'express';
import { coreServices, createServiceFactory, type ServiceFactory } from '../api';
import {
  createHealthRouter,
  createHttpServer,
  DefaultRootHttpRouter,
  HostDiscovery,
  MiddlewareFactory,
  type ExtendedHttpServer,
} from '../services';
import { mockServices } from './mock-services';

/** A test that is done waits no longer for answers. What is being written may still be sent. */
const DRAIN_MS = 50;
/** The real one: a test may hold the clock. */
const later = setTimeout;

/** The HTTP side of a test backend. */
export interface TestHttpServer {
  /** The root HTTP router on a random port, and the discovery that knows it. */
  factories: ServiceFactory[];
  /** @throws Error when it has not started, for instance because another router replaced it */
  get(): ExtendedHttpServer;
}

/** Creates the HTTP side of one test backend: routes, errors and health, but no edge middleware. */
export function createTestHttpServer(): TestHttpServer {
  let server: ExtendedHttpServer | undefined;
  const get = () => {
    if (!server) {
      throw new Error('TestBackend server is not available');
    }
    return server;
  };

  const rootHttpRouterFactory = createServiceFactory({
    service: coreServices.rootHttpRouter,
    deps: {
      config: coreServices.rootConfig,
      lifecycle: coreServices.rootLifecycle,
      rootLogger: coreServices.rootLogger,
      health: coreServices.rootHealth,
    },
    async factory({ config, lifecycle, rootLogger, health }) {
      const router = DefaultRootHttpRouter.create();
      const logger = rootLogger.child({ service: 'rootHttpRouter' });
      const middleware = MiddlewareFactory.create({ config, logger });
      const app = express();
      app.use(createHealthRouter({ config, health }));
      app.use(router.handler());
      app.use(middleware.notFound());
      app.use(middleware.error());
      const deps = { logger, drainTimeout: DRAIN_MS };
      const started = await createHttpServer(app, { listen: { host: '', port: 0 } }, deps);
      // Plugins wait for requests that are being answered, which some tests leave behind.
      lifecycle.addBeforeShutdownHook(() => {
        later(() => started.closeAllConnections(), DRAIN_MS).unref();
      });
      router.upgrades.serve(started, app, req => new ServerResponse(req));
      lifecycle.addShutdownHook(() => started.stop(), { logger });
      await started.start();
      server = started;
      return router;
    },
  });

  const discoveryFactory = createServiceFactory({
    service: coreServices.discovery,
    deps: { rootHttpRouter: coreServices.rootHttpRouter },
    factory() {
      const port = get().port();
      const backend = { baseUrl: `http://localhost:${port}`, listen: { port } };
      return HostDiscovery.fromConfig(mockServices.rootConfig({ data: { backend } }));
    },
  });

  return { factories: [rootHttpRouterFactory, discoveryFactory], get };
}
