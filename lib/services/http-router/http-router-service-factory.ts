import PromiseRouter from 'express-promise-router';
import { coreServices, createServiceFactory, type HttpRouterService } from '../../api';
import { MiddlewareFactory } from '../root-http-router';
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
    const pluginRoutes = PromiseRouter();

    const router = PromiseRouter();
    rootHttpRouter.use(`/api/${pluginId}`, router);
    router.use(createRateLimitMiddleware({ pluginId, config }));
    router.use(createAuthIntegrationRouter({ auth }));
    router.use(createLifecycleMiddleware({ config, lifecycle }));
    router.use(barrier.middleware);
    router.use(createCookieAuthRefreshMiddleware({ auth, httpAuth }));
    router.use(pluginRoutes);
    router.use(MiddlewareFactory.create({ config, logger }).error());

    return {
      use: handler => void pluginRoutes.use(handler),
      addAuthPolicy: policy => barrier.addAuthPolicy(policy),
    };
  },
});
