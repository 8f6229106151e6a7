export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios a/b, round by round: holds when the machine's speed drifts between rounds. */
export function medianRatio(a, b) {
  return median(a.map((value, i) => value / b[i]));
}
