import type { Duration } from 'luxon';

/** @deprecated Pass an `AbortSignal`, and values by name. */
export interface Context {
  /** Aborted when this context, or one that it was made from, is. */
  readonly abortSignal: AbortSignal;
  /** When the context times out, if it does. */
  readonly deadline: Date | undefined;
  value<T = unknown>(key: string): T | undefined;
}

/** @deprecated Pass an `AbortSignal`, and values by name. */
export class Contexts {
  /** A context that never aborts and has no values. */
  static root(): Context {
    return {
      abortSignal: new AbortController().signal,
      deadline: undefined,
      value: () => undefined,
    };
  }

  /** A context that is aborted with the source, too. */
  static withAbort(parentCtx: Context, source: AbortController | AbortSignal): Context {
    const signal = 'aborted' in source ? source : source.signal;
    return derive(parentCtx, { abortSignal: AbortSignal.any([parentCtx.abortSignal, signal]) });
  }

  /** A context that is aborted after a time, too. */
  static withTimeoutDuration(parentCtx: Context, timeout: Duration): Context {
    return Contexts.withTimeoutMillis(parentCtx, timeout.as('milliseconds'));
  }

  /** @param timeout - in milliseconds */
  static withTimeoutMillis(parentCtx: Context, timeout: number): Context {
    const deadline = new Date(Date.now() + timeout);
    const { deadline: earlier, abortSignal } = parentCtx;
    return derive(parentCtx, {
      abortSignal: AbortSignal.any([abortSignal, AbortSignal.timeout(Math.max(0, timeout))]),
      deadline: earlier && earlier < deadline ? earlier : deadline,
    });
  }

  /** @param value - or a function that makes it from the one that the context has so far */
  static withValue(
    parentCtx: Context,
    key: string,
    value: unknown | ((previous: unknown | undefined) => unknown),
  ): Context {
    const own = typeof value === 'function' ? value(parentCtx.value(key)) : value;
    return derive(parentCtx, {
      value: <T>(asked: string) => (asked === key ? (own as T) : parentCtx.value<T>(asked)),
    });
  }
}

function derive(parent: Context, changes: Partial<Context>): Context {
  const { abortSignal, deadline } = parent;
  return { abortSignal, deadline, value: key => parent.value(key), ...changes };
}
