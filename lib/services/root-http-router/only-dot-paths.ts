import type { RequestHandler } from 'express';

const SLASH = 47;
const DOT = 46;

/**
 * Spares a handler all requests that cannot be for it, because their path does not begin with `/.` as
 * that of every endpoint of the framework does.
 */
export function onlyDotPaths(handler: RequestHandler): RequestHandler {
  return (req, res, next) => {
    const { url } = req;
    if (url.charCodeAt(0) === SLASH && url.charCodeAt(1) !== DOT) {
      next();
    } else {
      handler(req, res, next);
    }
  };
}
