/**
 * The names most like a given one, best first: those that differ in few characters, and those that
 * have the same last part after a dot.
 */
export function nearest(name: string, known: Iterable<string>, most = 3): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  const ranked: Array<{ other: string; distance: number }> = [];
  for (const other of new Set(known)) {
    const distance = lastPart(other) === lastPart(name) ? 1 : editDistance(name, other, limit);
    if (other !== name && distance <= limit) {
      ranked.push({ other, distance });
    }
  }
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ other }) => other);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/** Levenshtein distance, or more than `limit` when it is certain to exceed that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) {
    return limit + 1;
  }
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1].toLowerCase() === b[j - 1].toLowerCase();
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
    }
  }
  return row[b.length];
}
