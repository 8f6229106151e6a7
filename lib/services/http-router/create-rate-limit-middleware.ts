import type { RequestHandler } from 'express';
import type { RootConfigService } from '../../api';
import { passThrough } from '../root-http-router/pass-through';
import { pluginRateLimit } from '../root-http-router/rate-limit-middleware';
import type { RateLimitStoreDeps } from '../root-http-router/rate-limit-store';

/** Limits requests to a plugin by `backend.rateLimit.plugin.<id>`. */
export function createRateLimitMiddleware(
  options: { pluginId: string; config: RootConfigService } & Omit<RateLimitStoreDeps, 'prefix'>,
): RequestHandler {
  const { pluginId, config, ...deps } = options;
  return pluginRateLimit(pluginId, config, deps) ?? passThrough;
}
