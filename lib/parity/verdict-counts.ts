import type { ParityResult, ParityVerdict } from './report';

/** How many requests had each verdict. */
export type VerdictCounts = Record<ParityVerdict, number>;

/**
 * Counts the verdicts by the paths of plugins.
 *
 * @param mounts - paths of which requests below are counted together; all else by the usual `/api/<plugin>`
 */
export function countVerdicts(
  results: readonly ParityResult[],
  mounts: readonly string[] = [],
): Map<string, VerdictCounts> {
  const none = (): VerdictCounts => ({ mismatched: 0, missing: 0, ignored: 0, matched: 0 });
  const counts = new Map(mounts.map(path => [path, none()]));
  for (const { request, verdict } of results.filter(({ observed }) => !observed)) {
    const path = mountOf(request.path, mounts);
    const row = counts.get(path) ?? none();
    row[verdict] += 1;
    counts.set(path, row);
  }
  return counts;
}

/** The innermost of the known paths, or else the usual one. */
function mountOf(path: string, mounts: readonly string[]): string {
  const plain = path.split(/[?#]/)[0];
  const [longest] = mounts
    .filter(mount => `${plain}/`.startsWith(`${mount}/`))
    .sort((a, b) => b.length - a.length);
  return longest ?? plain.split('/').slice(0, 3).join('/');
}
