/** The lowest version that a range allows, for the ranges people write: `^1.2.3`, `~1.2`, `1.2.3-next.0`. */
export function lowestVersion(range: string): readonly number[] | undefined {
  const match = /^[~^>=v ]*(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(range);
  return match ? [match[1], match[2] ?? '0', match[3] ?? '0'].map(Number) : undefined;
}

/** True when a range allows nothing below a version. */
export function isAtLeast(range: string, version: string): boolean {
  const lowest = lowestVersion(range);
  const wanted = lowestVersion(version);
  if (!lowest || !wanted) return false;
  const index = lowest.findIndex((part, at) => part !== wanted[at]);
  return index === -1 || lowest[index] > wanted[index];
}
