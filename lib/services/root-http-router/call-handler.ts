import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';

/** What `use` of an express router takes. Handlers with four parameters get errors only. */
export type AnyHandler = RequestHandler | ErrorRequestHandler;

/** As express tells them apart. */
export function isErrorHandler(handler: AnyHandler): handler is ErrorRequestHandler {
  return handler.length === 4;
}

/**
 * Calls a handler. What it throws, and the rejection of a promise that it returns, goes to `next`, as
 * with `express-promise-router`.
 *
 * @param error - for handlers of errors
 */
export function callHandler(
  handler: AnyHandler,
  error: unknown,
  req: Request,
  res: Response,
  next: NextFunction,
): void {
  try {
    const result: unknown = isErrorHandler(handler)
      ? handler(error, req, res, next)
      : handler(req, res, next);
    if (isPromise(result)) {
      watch(result, next);
    }
  } catch (thrown) {
    next(thrown);
  }
}

function watch(promise: PromiseLike<unknown>, next: NextFunction): void {
  promise.then(
    signal => {
      if (signal === 'next' || signal === 'route') {
        next();
      }
    },
    reason => next(reason || new Error('returned promise was rejected but did not have a reason')),
  );
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
