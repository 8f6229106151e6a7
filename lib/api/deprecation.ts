/**
 * Makes a function that tells, on its first call only, that something is written in a way of the past.
 * `node --trace-deprecation` shows where.
 */
export function deprecation(describe: () => string): () => void {
  let isTold = false;
  return () => {
    if (!isTold) {
      isTold = true;
      process.emitWarning(describe(), 'DeprecationWarning', 'FORKLIFT_ALPHA');
    }
  };
}
