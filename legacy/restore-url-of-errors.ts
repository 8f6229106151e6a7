import type { NextFunction, Request, Response } from 'express';

/**
 * In old backends errors were answered outside of the plugin, so bodies hold the whole path of the
 * request. Express sets the URL right again once the request leaves the router.
 */
export function restoreUrlOfErrors(
  error: unknown,
  req: Request,
  _res: Response,
  next: NextFunction,
): void {
  req.url = req.originalUrl;
  next(error);
}
