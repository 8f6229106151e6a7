/** Where a function was called. Formatting a stack is slow, so it waits until asked. */
export interface CallSite {
  readonly stack?: string;
}

/**
 * Remembers who called a function.
 *
 * @param callee - the function whose caller is asked for; it must be running
 */
export function captureCallSite(callee: (...args: any[]) => unknown): CallSite {
  const site: CallSite = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(site, callee);
  Error.stackTraceLimit = limit;
  return site;
}

/** The file, line and column of a call. */
export function describeCallSite({ stack }: CallSite): string {
  const frame = stack?.split('\n')[1]?.trim() ?? '';
  const place = /\((.*)\)$/.exec(frame)?.[1] ?? frame.replace(/^at (?:async )?/, '');
  return place || '<unknown>';
}
