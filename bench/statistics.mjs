export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios a/b, round by round: holds when the machine's speed drifts between rounds. */
function medianRatio(a, b) {
  return median(a.map((value, i) => (value === b[i] ? 1 : value / b[i])));
}

/** The goals of a comparison, for {@link compare}. */
export const atMost = limit => ({ goal: `<= ${limit}`, isMet: ({ ratio }) => ratio <= limit });
export const atLeast = limit => ({ goal: `>= ${limit}`, isMet: ({ ratio }) => ratio >= limit });

/**
 * One row of a table, from the values of each round: ours beside a peer's, and `control`, ours once
 * more, whose ratio to ours says how much of a difference is noise. Without a goal there is no verdict.
 */
export function compare({ what, ours, peer, peerName = 'stock', control }, target) {
  const row = {
    what,
    ours: median(ours),
    peer: median(peer),
    peerName,
    ratio: medianRatio(ours, peer),
    control: medianRatio(control, ours),
  };
  return { ...row, goal: target?.goal ?? '', met: target?.isMet(row) };
}

/** The row of one key of the runs of ours, stock Backstage and the control. */
export function compareWithStock(runs, key, what, target) {
  const [ours, peer, control] = ['ours', 'stock', 'control'].map(who =>
    runs[who].map(run => run[key]),
  );
  return compare({ what, ours, peer, control }, target);
}

/** Prints rows of {@link compare} as a table. */
export function printRows(rows, digits = 2) {
  console.table(
    rows.map(({ ours, peer, ratio, control, ...row }) => ({
      ...row,
      ours: ours.toFixed(digits),
      peer: peer.toFixed(digits),
      ratio: ratio.toFixed(2),
      control: control.toFixed(2),
    })),
  );
}
