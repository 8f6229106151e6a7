import type { RequestHandler } from 'express';

/** The middleware of a feature that is not used. */
export const passThrough: RequestHandler = (_req, _res, next) => next();
