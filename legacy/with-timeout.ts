/**
 * Waits for work for at most a time.
 *
 * @param limit - in milliseconds
 * @throws whatever `makeError` makes when the time is over
 */
export async function withTimeout<TResult>(
  work: Promise<TResult>,
  limit: number,
  makeError: () => Error,
): Promise<TResult> {
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
