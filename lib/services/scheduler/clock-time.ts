/**
 * Milliseconds by a clock that only ever goes forward: whoever sets that of the machine neither ends leases
 * nor makes them longer.
 */
export function clockTime(): number {
  return performance.now();
}
