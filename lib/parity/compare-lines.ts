import type { ParityDifference } from './difference';

/** Lists the lines in which two texts differ, numbered as in the left one; both ends may agree. */
export function compareLines(left: string, right: string): ParityDifference[] {
  const [a, b] = [left.split('\n'), right.split('\n')];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) {
    end++;
  }
  const differences: ParityDifference[] = [];
  for (let i = start; i < Math.max(a.length, b.length) - end; i++) {
    const [x, y] = [i < a.length - end ? a[i] : undefined, i < b.length - end ? b[i] : undefined];
    if (x !== y) {
      differences.push({ part: 'body', path: `line ${i + 1}`, left: x, right: y });
    }
  }
  return differences;
}
