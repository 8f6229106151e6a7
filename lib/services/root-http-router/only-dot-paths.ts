import type { RequestHandler } from 'express';

const SLASH = 47;
const DOT = 46;

/**
 * Calls a handler only for requests that may be for it when all its paths begin with `/.`, as those of
 * every endpoint of the framework do.
 *
 * @param create - called for the first such request
 */
export function onlyDotPaths(create: () => RequestHandler): RequestHandler {
  let handler: RequestHandler | undefined;
  return (req, res, next) => {
    const { url } = req;
    if (url.charCodeAt(0) === SLASH && url.charCodeAt(1) !== DOT) {
      next();
      return;
    }
    handler ??= create();
    handler(req, res, next);
  };
}
