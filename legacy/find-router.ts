import type { ErrorRequestHandler, RequestHandler } from 'express';
import { describeValue } from './describe-value';

/** What serves requests: a router or app of any copy of express, or a bare handler. */
export type LegacyRouter = RequestHandler | ErrorRequestHandler;

/** A router or app, told from a function by its methods, whichever copy of express made it. */
export function isRouter(value: unknown): value is RequestHandler {
  const { use, handle } = (value ?? {}) as { use?: unknown; handle?: unknown };
  return typeof value === 'function' && typeof use === 'function' && typeof handle === 'function';
}

/**
 * Finds the router in what a `createRouter` function returned: the router itself, or the result of a
 * builder, which has it as `router`.
 *
 * @throws Error that describes the result when there is none
 */
export async function findRouter(result: unknown): Promise<LegacyRouter> {
  // Asked first: an app of express 4 throws when it is asked for its `router`.
  if (isRouter(result)) {
    return result;
  }
  const router = await (result as { router?: unknown } | null | undefined)?.router;
  if (typeof router === 'function') {
    return router as RequestHandler;
  }
  if (typeof result === 'function') {
    return result as RequestHandler;
  }
  throw new Error(
    `createRouter returned ${describeValue(result)}. It must return an express router, a request ` +
      `handler, or an object with a 'router'`,
  );
}
