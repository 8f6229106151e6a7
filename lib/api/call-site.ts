/** Gives the file, line and column of a call. Formatting a stack is slow, so it waits until asked. */
export type CallSite = () => string;

/**
 * Remembers who called a function.
 *
 * @param callee - the function whose caller is asked for; it must be running
 */
export function captureCallSite(callee: (...args: any[]) => unknown): CallSite {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  return () => {
    const frame = holder.stack?.split('\n')[1]?.trim() ?? '';
    const place = /\((.*)\)$/.exec(frame)?.[1] ?? frame.replace(/^at (?:async )?/, '');
    return place || '<unknown>';
  };
}
