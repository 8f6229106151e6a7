import type { NextFunction, Request, Response } from 'express';

/**
 * In old backends errors were answered outside of the plugin, so bodies hold the whole path of the
 * request. Backends of the new system answer them inside or outside, which depends on their release: the
 * path is fixed, so that Express, which puts the prefix back on the way out, does not put it there twice.
 */
export function restoreUrlOfErrors(
  error: unknown,
  req: Request,
  _res: Response,
  next: NextFunction,
): void {
  const url = wholeUrl(req);
  Object.defineProperty(req, 'url', { get: () => url, set: () => {}, configurable: true });
  next(error);
}

/**
 * `originalUrl` is not taken at its word: `@backstage/backend-openapi-utils` leaves the relative one
 * there when a request does not match the specification.
 */
function wholeUrl({ baseUrl, originalUrl, url }: Request): string {
  return originalUrl.startsWith(baseUrl) ? originalUrl : baseUrl + url;
}
