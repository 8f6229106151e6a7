import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { RequestHandler } from 'express';
import type { HttpRouterServiceUpgradeHandler, LoggerService, RootConfigService } from '../../api';
import { readCorsOptions } from '../root-http-router/read-cors-options';
import { Upgrades } from '../root-http-router/upgrades';

/** Hands connections whose client asks for another protocol to a handler. */
export function createUpgradeMiddleware(options: {
  config: RootConfigService;
  logger: LoggerService;
  handler: HttpRouterServiceUpgradeHandler;
}): RequestHandler {
  const { config, logger, handler } = options;
  const isTrusted = originCheck(config);

  return async (req, res, next) => {
    if (!req.headers.upgrade) {
      next();
      return;
    }
    const { origin } = req.headers;
    if (origin !== undefined && !isTrusted(origin)) {
      // Cookies come along with requests that pages of any origin make.
      next(new NotAllowedError(`Connections from origin '${origin}' are not allowed`));
      return;
    }
    if (!isPlain(req.url)) {
      next(new NotFoundError('The path of a connection must not have to be resolved'));
      return;
    }
    const upgrade = Upgrades.take(req, res);
    if (!upgrade) {
      next();
      return;
    }
    try {
      await handler(req, upgrade.socket, upgrade.head);
    } catch (error) {
      logger.error('Failed to upgrade a connection', error as Error);
      upgrade.socket.destroy();
    }
  };
}

/**
 * Whether a path is what `new URL(req.url, base)` makes of it. Handlers choose by that, so that
 * `/open/../closed` would get around the auth policies, which take paths as they are.
 */
function isPlain(url: string): boolean {
  const [path] = url.split('?');
  return URL.canParse(path, 'http://x') && new URL(path, 'http://x').pathname === path;
}

/** Knows the origins of pages: those of the base URLs, and those that `backend.cors` allows. */
function originCheck(config: RootConfigService): (origin: string) => boolean {
  const own = new Set(
    ['app.baseUrl', 'backend.baseUrl']
      .map(key => config.getOptionalString(key))
      .filter(url => url !== undefined && URL.canParse(url))
      .map(url => new URL(url!).origin),
  );
  const { origin: matchOrigin } = readCorsOptions(config.getOptionalConfig('backend'));
  return origin => {
    let allowed = own.has(origin);
    if (typeof matchOrigin === 'function') {
      matchOrigin(origin, (_error, matches) => {
        allowed ||= Boolean(matches);
      });
    }
    return allowed;
  };
}
