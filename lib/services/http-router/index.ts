export { createAuthIntegrationRouter } from './create-auth-integration-router';
export { createCookieAuthRefreshMiddleware } from './create-cookie-auth-refresh-middleware';
export { createCredentialsBarrier, type CredentialsBarrier } from './create-credentials-barrier';
export {
  createLifecycleMiddleware,
  type LifecycleMiddlewareOptions,
} from './create-lifecycle-middleware';
export { createRateLimitMiddleware } from './create-rate-limit-middleware';
export { httpRouterServiceFactory } from './http-router-service-factory';
