/** Milliseconds to the microsecond, which is all that can be told. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
