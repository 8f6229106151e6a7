import type { NextFunction, Request, Response } from 'express';

/**
 * In old backends errors were answered outside of the plugin, so bodies hold the whole path of the
 * request. Express sets the URL right again once the request leaves the router.
 *
 * `originalUrl` is not taken at its word: `@backstage/backend-openapi-utils` leaves the relative one
 * there when a request does not match the specification.
 */
export function restoreUrlOfErrors(
  error: unknown,
  req: Request,
  _res: Response,
  next: NextFunction,
): void {
  const { baseUrl, originalUrl } = req;
  req.url = originalUrl.startsWith(baseUrl) ? originalUrl : baseUrl + req.url;
  next(error);
}
