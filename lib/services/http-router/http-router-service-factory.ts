import { coreServices, createServiceFactory, type HttpRouterService } from '../../api';
import { MiddlewareFactory } from '../root-http-router';
import { handlerChain, type ChainHandler } from '../root-http-router/handler-chain';
import { onlyDotPaths } from '../root-http-router/only-dot-paths';
import { passThrough } from '../root-http-router/pass-through';
import { createAuthIntegrationRouter } from './create-auth-integration-router';
import { createCookieAuthRefreshMiddleware } from './create-cookie-auth-refresh-middleware';
import { createCredentialsBarrier } from './create-credentials-barrier';
import { createLifecycleMiddleware } from './create-lifecycle-middleware';
import { createRateLimitMiddleware } from './create-rate-limit-middleware';

/** The routes of a plugin, below `/api/<pluginId>` and behind the credentials barrier. */
export const httpRouterServiceFactory = createServiceFactory({
  service: coreServices.httpRouter,
  // Requests for the plugin wait from the moment its start begins, so the gate must be up by then.
  initialization: 'always',
  deps: {
    plugin: coreServices.pluginMetadata,
    config: coreServices.rootConfig,
    lifecycle: coreServices.lifecycle,
    rootHttpRouter: coreServices.rootHttpRouter,
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
  },
  factory({
    plugin,
    config,
    lifecycle,
    rootHttpRouter,
    auth,
    httpAuth,
    logger,
  }): HttpRouterService {
    const pluginId = plugin.getId();
    const barrier = createCredentialsBarrier({ httpAuth, config });
    const handlers: ChainHandler[] = [];
    rootHttpRouter.use(
      `/api/${pluginId}`,
      handlerChain(
        [
          createRateLimitMiddleware({ pluginId, config, logger, lifecycle }),
          onlyDotPaths(createAuthIntegrationRouter({ auth })),
          createLifecycleMiddleware({ config, lifecycle }),
          barrier.middleware,
          onlyDotPaths(createCookieAuthRefreshMiddleware({ auth, httpAuth })),
          handlerChain(handlers),
          MiddlewareFactory.create({ config, logger }).error(),
        ].filter(handler => handler !== passThrough),
      ),
    );

    return {
      use(handler) {
        handlers.push(handler);
      },
      addAuthPolicy: policy => barrier.addAuthPolicy(policy),
    };
  },
});
