/** A graph whose nodes are the numbers from 0 up to, not including, `count`. */
export class Graph {
  readonly count: number;
  /** Where the edges of each node begin among all of them; one more entry is the end. */
  readonly starts: Int32Array;
  /** Where each edge leads to. */
  readonly targets: readonly number[];
  /** Whether no edge leads to its own node or a later one, so that there can be no circle. */
  readonly isOrdered: boolean;

  /** @param addTargets - adds the nodes that a node leads to */
  constructor(count: number, addTargets: (node: number, targets: number[]) => void) {
    const targets: number[] = [];
    this.count = count;
    this.starts = new Int32Array(count + 1);
    let isOrdered = true;
    let edge = 0;
    for (let node = 0; node < count; node += 1) {
      addTargets(node, targets);
      for (; edge < targets.length; edge += 1) {
        isOrdered &&= targets[edge] < node;
      }
      this.starts[node + 1] = edge;
    }
    this.targets = targets;
    this.isOrdered = isOrdered;
  }

  /** The nodes that a node leads to. */
  next(node: number): readonly number[] {
    return this.targets.slice(this.starts[node], this.starts[node + 1]);
  }
}
