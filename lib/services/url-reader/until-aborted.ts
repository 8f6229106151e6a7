/**
 * Waits for work that knows of no signal no longer than until its caller has lost interest.
 *
 * @throws the reason of the signal
 */
export async function untilAborted<TResult>(
  work: Promise<TResult>,
  signal: AbortSignal | undefined,
): Promise<TResult> {
  if (!signal) {
    return work;
  }
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
