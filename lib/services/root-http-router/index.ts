export { createHealthRouter } from './create-health-router';
export { createHttpServer, type ExtendedHttpServer } from './create-http-server';
export {
  DefaultRootHttpRouter,
  type DefaultRootHttpRouterOptions,
} from './default-root-http-router';
export type { MiddlewareFactoryErrorOptions } from './error-middleware';
export { MiddlewareFactory, type MiddlewareFactoryOptions } from './middleware-factory';
export { readCorsOptions } from './read-cors-options';
export { readHelmetOptions } from './read-helmet-options';
export {
  readHttpServerOptions,
  type HttpServerCertificateOptions,
  type HttpServerOptions,
} from './read-http-server-options';
export {
  rootHttpRouterServiceFactory,
  type RootHttpRouterConfigureContext,
  type RootHttpRouterFactoryOptions,
} from './root-http-router-service-factory';
