/** Timers of Node.js know no longer time, 25 days, and end at once when they are given one. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Waits for work for at most a time.
 *
 * @param limit - in milliseconds; what is longer than 25 days is no limit
 * @throws whatever `makeError` makes when the time is over
 */
export async function withTimeout<TResult>(
  work: Promise<TResult>,
  limit: number,
  makeError: () => Error,
): Promise<TResult> {
  if (limit > LONGEST_MS) {
    return work;
  }
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(makeError()), limit);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
