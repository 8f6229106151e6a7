import type { RequestHandler } from 'express';
import { applyServerSettings } from './apply-server-settings';
import { handlerChain } from './handler-chain';
import { onlyDotPaths } from './only-dot-paths';
import { passThrough } from './pass-through';
import type { RootHttpRouterConfigureContext } from './root-http-router-service-factory';

/** Applies the settings and middleware that a backend has unless it is configured in code. */
export function applyDefaultMiddleware(
  context: Omit<RootHttpRouterConfigureContext, 'applyDefaults'>,
): void {
  const { app, server, middleware, routes, healthRouter, config } = context;
  if (process.env.NODE_ENV === 'development') {
    app.set('json spaces', 2);
  }
  trustProxy(context);
  applyServerSettings(server, config);

  const handlers = [
    middleware.helmet(),
    middleware.cors(),
    middleware.compression(),
    middleware.logging(),
    middleware.rateLimit(),
    onlyDotPaths(() => healthRouter),
    routes,
    middleware.notFound(),
    middleware.error(),
  ];
  app.use(handlerChain(handlers.filter(handler => handler !== passThrough)) as RequestHandler);
}

function trustProxy({ app, config }: Pick<RootHttpRouterConfigureContext, 'app' | 'config'>): void {
  const trusted = config.getOptional('backend.trustProxy');
  if (trusted === undefined) {
    return;
  }
  try {
    app.set('trust proxy', trusted);
  } catch (error) {
    throw new Error(
      `Invalid value ${JSON.stringify(trusted)} in backend.trustProxy, expected true, false, a number of proxies, or their addresses: ${error}`,
      { cause: error },
    );
  }
}
