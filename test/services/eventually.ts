const TIMEOUT_MILLIS = 20_000;

/** Repeats a check until it no longer throws, and rethrows its last error when that takes too long. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  timeout = TIMEOUT_MILLIS,
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}
