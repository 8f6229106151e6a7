import { Router, type Handler } from 'express';
import type {
  HttpAuthService,
  LifecycleService,
  LoggerService,
  RootConfigService,
  RootHttpRouterService,
} from '../lib/api';
import { createCredentialsBarrier, createLifecycleMiddleware } from '../lib/services/http-router';
import { MiddlewareFactory } from '../lib/services/root-http-router';
import type { Mount } from './mount';

/** Any path: with the gate, the credentials barrier and the error handler that plugins have. */
export function mountAtRoot(
  path: string,
  services: {
    rootHttpRouter: RootHttpRouterService;
    httpAuth: HttpAuthService;
    config: RootConfigService;
    lifecycle: LifecycleService;
    logger: LoggerService;
  },
): Mount {
  const { rootHttpRouter, httpAuth, config, lifecycle, logger } = services;
  const barrier = createCredentialsBarrier({ httpAuth, config });
  const routes = Router();
  const router = Router();
  router.use(createLifecycleMiddleware({ config, lifecycle }));
  router.use(barrier.middleware);
  router.use(routes);
  router.use(MiddlewareFactory.create({ config, logger }).error());
  rootHttpRouter.use(path, router);
  return {
    path,
    use: (handler: Handler) => void routes.use(handler),
    addAuthPolicy: policy => barrier.addAuthPolicy(policy),
  };
}
