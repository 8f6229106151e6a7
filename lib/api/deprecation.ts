/**
 * Tells that something is written in a way of the past. `node --trace-deprecation` shows where.
 */
export function deprecate(message: string): void {
  process.emitWarning(message, 'DeprecationWarning', 'FORKLIFT_ALPHA');
}
