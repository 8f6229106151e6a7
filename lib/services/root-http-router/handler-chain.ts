import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express';

/** What `use` of an express router takes. Handlers with four parameters get errors only. */
export type ChainHandler = RequestHandler | ErrorRequestHandler;

/**
 * Runs handlers one after another, as an express router does for handlers without a path, at a
 * fraction of its cost. A promise that a handler returns is watched: its rejection goes to the next
 * error handler, as with `express-promise-router`.
 *
 * @param handlers - may grow later
 */
export function handlerChain(handlers: readonly ChainHandler[]): RequestHandler {
  return (req, res, done) => {
    const outerNext = req.next;
    let index = 0;

    const next: NextFunction = (signal?: unknown) => {
      const error = signal === 'route' || signal === 'router' ? undefined : signal;
      while (signal !== 'router' && index < handlers.length) {
        const handler = handlers[index++];
        if (isErrorHandler(handler) === Boolean(error)) {
          // Functions like `res.sendFile` report their errors here.
          req.next = next;
          call(handler, error, req, res, next);
          return;
        }
      }
      req.next = outerNext;
      done(error);
    };
    next();
  };
}

function isErrorHandler(handler: ChainHandler): handler is ErrorRequestHandler {
  return handler.length === 4;
}

function call(
  handler: ChainHandler,
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
