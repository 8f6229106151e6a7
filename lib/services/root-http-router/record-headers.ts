import type { RequestHandler, Response } from 'express';

type HeaderChange = [name: string, value?: string | number | readonly string[]];

/**
 * Runs a middleware that does the same to the headers of every response once, and returns one that
 * repeats what it did.
 */
export function recordHeaders(middleware: RequestHandler): RequestHandler {
  const changes: HeaderChange[] = [];
  const recorder = {
    setHeader: (...change: HeaderChange) => changes.push(change),
    removeHeader: (name: string) => changes.push([name]),
  };
  middleware({} as never, recorder as unknown as Response, error => {
    if (error) {
      throw error;
    }
  });

  return (_req, res, next) => {
    for (const [name, value] of changes) {
      if (value === undefined) {
        res.removeHeader(name);
      } else {
        res.setHeader(name, value);
      }
    }
    next();
  };
}
