/** What routers of express (4 and 5) and of `express-promise-router` have in their `stack`. */
export interface ExpressLayer {
  readonly handle?: unknown;
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: ReadonlyArray<{ readonly name: string | number }>;
  /** True for `/`, in express 5. */
  readonly slash?: boolean;
  /** What the paths became in express 5: functions that keep them to themselves. */
  readonly matchers?: ReadonlyArray<(path: string) => unknown>;
  /** Where a handler is mounted, of routers other than those of express. */
  readonly mountPath?: string;
  readonly route?: {
    readonly path: string | RegExp | ReadonlyArray<string | RegExp>;
    readonly methods: Readonly<Record<string, boolean>>;
  };
}

/** The layers of a router or an application; undefined for any other handler. */
export function stackOf(handler: unknown): readonly ExpressLayer[] | undefined {
  if (typeof handler !== 'function') {
    return undefined;
  }
  const { stack, _router } = handler as unknown as Record<string, unknown>;
  const inner = Array.isArray(stack) ? stack : (_router as { stack?: unknown } | undefined)?.stack;
  return Array.isArray(inner) ? inner : stackOfExpress5(handler);
}

function stackOfExpress5(handler: object): readonly ExpressLayer[] | undefined {
  if (!Object.hasOwn(handler, 'router')) {
    return undefined;
  }
  try {
    const { router } = handler as { router?: { stack?: unknown } };
    return Array.isArray(router?.stack) ? (router.stack as ExpressLayer[]) : undefined;
  } catch {
    return undefined; // An application of express 4 that has no routes.
  }
}
