import { setTimeout } from 'node:timers/promises';
import express, { type Express, type RequestHandler } from 'express';
import {
  coreServices,
  createServiceFactory,
  type LoggerService,
  type RootConfigService,
  type RootLifecycleService,
} from '../../api';
import { readAuthPolicies } from '../http-router/read-auth-policies';
import { applyDefaultMiddleware } from './apply-default-middleware';
import { createHealthRouter } from './create-health-router';
import { createHttpServer, type ExtendedHttpServer } from './create-http-server';
import {
  DefaultRootHttpRouter,
  type DefaultRootHttpRouterOptions,
} from './default-root-http-router';
import { exchangeClasses } from './exchange-classes';
import { startInProcessCalls } from './in-process/in-process-calls';
import { MiddlewareFactory } from './middleware-factory';
import { readLifecycleTimeouts } from './read-lifecycle-timeouts';
import { readHttpServerOptions } from './read-http-server-options';

/** What a custom `configure` has at hand. */
export interface RootHttpRouterConfigureContext {
  app: Express;
  server: ExtendedHttpServer;
  middleware: MiddlewareFactory;
  /** Everything that plugins and root services mount. */
  routes: RequestHandler;
  config: RootConfigService;
  logger: LoggerService;
  lifecycle: RootLifecycleService;
  healthRouter: RequestHandler;
  /** Applies the settings and middleware that a backend has without `configure`. */
  applyDefaults: () => void;
}

/** Options of {@link rootHttpRouterServiceFactory}. */
export interface RootHttpRouterFactoryOptions extends DefaultRootHttpRouterOptions {
  /** Sets up `app` and `server`, before the server starts. */
  configure?(context: RootHttpRouterConfigureContext): void;
}

function withOptions(options: RootHttpRouterFactoryOptions = {}) {
  return createServiceFactory({
    service: coreServices.rootHttpRouter,
    deps: {
      config: coreServices.rootConfig,
      rootLogger: coreServices.rootLogger,
      lifecycle: coreServices.rootLifecycle,
      health: coreServices.rootHealth,
    },
    async factory({ config, rootLogger, lifecycle, health }) {
      const timeouts = readLifecycleTimeouts(config);
      const serverOptions = readHttpServerOptions(config.getOptionalConfig('backend'));
      const callsInProcess = config.getOptionalBoolean('backend.inProcessCalls');
      readAuthPolicies(config); // so that a mistake in them is known before the server listens
      const { indexPath, configure = ({ applyDefaults }) => applyDefaults() } = options;
      const logger = rootLogger.child({ service: 'rootHttpRouter' });
      const app = express();
      const router = DefaultRootHttpRouter.create({ indexPath });
      const routes = router.handler();
      const middleware = MiddlewareFactory.create({ config, logger, lifecycle });
      const healthRouter = createHealthRouter({ config, health });
      const classes = exchangeClasses(app);
      const server = await createHttpServer(
        app,
        serverOptions,
        { logger, drainTimeout: timeouts.requestDrain },
        classes,
      );
      router.upgrades.serve(server, app, req => new classes.ServerResponse(req));

      const context = {
        app,
        server,
        middleware,
        routes,
        config,
        logger,
        lifecycle,
        healthRouter,
      };
      configure({ ...context, applyDefaults: () => applyDefaultMiddleware(context) });

      if (timeouts.serverShutdownDelay > 0) {
        lifecycle.addBeforeShutdownHook(() => setTimeout(timeouts.serverShutdownDelay));
      }
      lifecycle.addShutdownHook(() => server.stop());
      await server.start();
      if (callsInProcess) {
        startInProcessCalls(server, serverOptions, logger);
      }
      return router;
    },
  });
}

/**
 * The HTTP server of the backend. A factory by itself, and a function that makes one with options.
 *
 * @example
 * ```ts
 * backend.add(rootHttpRouterServiceFactory({ indexPath: '/api/portal' }));
 * ```
 */
export const rootHttpRouterServiceFactory = Object.assign(withOptions, withOptions());
