import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import express, { type Express, type RequestHandler } from 'express';
import {
  coreServices,
  createServiceFactory,
  type LoggerService,
  type RootConfigService,
  type RootLifecycleService,
} from '../../api';
import { readAuthPolicies } from '../http-router/read-auth-policies';
import { applyServerSettings } from './apply-server-settings';
import { createHealthRouter } from './create-health-router';
import { createHttpServer, type ExtendedHttpServer } from './create-http-server';
import {
  DefaultRootHttpRouter,
  type DefaultRootHttpRouterOptions,
} from './default-root-http-router';
import { exchangeClasses } from './exchange-classes';
import { handlerChain } from './handler-chain';
import { MiddlewareFactory } from './middleware-factory';
import { onlyDotPaths } from './only-dot-paths';
import { passThrough } from './pass-through';
import { readDrainTimeout } from './read-drain-timeout';
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
      readAuthPolicies(config); // so that a mistake in them is known before the server listens
      const { indexPath, configure = ({ applyDefaults }) => applyDefaults() } = options;
      const logger = rootLogger.child({ service: 'rootHttpRouter' });
      const backend = config.getOptionalConfig('backend');
      const app = express();
      const router = DefaultRootHttpRouter.create({ indexPath });
      const routes = router.handler();
      const middleware = MiddlewareFactory.create({ config, logger, lifecycle });
      const healthRouter = createHealthRouter({ config, health });
      const server = await createHttpServer(
        app,
        readHttpServerOptions(backend),
        { logger, drainTimeout: readDrainTimeout(config) },
        exchangeClasses(app),
      );

      configure({
        app,
        server,
        middleware,
        routes,
        config,
        logger,
        lifecycle,
        healthRouter,
        applyDefaults() {
          if (process.env.NODE_ENV === 'development') {
            app.set('json spaces', 2);
          }
          const trustProxy = backend?.getOptional('trustProxy');
          if (trustProxy !== undefined) {
            app.set('trust proxy', trustProxy);
          }
          applyServerSettings(server, backend, message => logger.warn(message));
          app.use(
            handlerChain(
              [
                middleware.helmet(),
                middleware.cors(),
                middleware.compression(),
                middleware.logging(),
                middleware.rateLimit(),
                onlyDotPaths(() => healthRouter),
                routes,
                middleware.notFound(),
                middleware.error(),
              ].filter(handler => handler !== passThrough),
            ),
          );
        },
      });

      if (config.has('backend.lifecycle.serverShutdownDelay')) {
        const delay = durationToMilliseconds(
          readDurationFromConfig(config, { key: 'backend.lifecycle.serverShutdownDelay' }),
        );
        lifecycle.addBeforeShutdownHook(() => new Promise(resolve => setTimeout(resolve, delay)));
      }
      lifecycle.addShutdownHook(() => server.stop());
      await server.start();
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
