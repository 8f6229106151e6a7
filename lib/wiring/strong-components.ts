/** A graph whose nodes are the numbers from 0 up to, not including, `count`. */
export interface Graph {
  readonly count: number;
  /** The nodes that a node leads to. */
  next(node: number): readonly number[];
}

/**
 * The groups of nodes that can all reach each other, by Tarjan's algorithm, in linear time. Nodes that
 * are in no circle are left out. Iterative, since a chain of dependencies may be long.
 *
 * @param among - leaves out all other nodes
 */
export function strongComponents(graph: Graph, among?: ReadonlySet<number>): number[][] {
  const { count } = graph;
  const found: number[][] = [];
  /** When a node was entered, counted from 1. */
  const order = new Int32Array(count);
  const low = new Int32Array(count);
  /** Entered, and its component is not complete. */
  const isOpen = new Uint8Array(count);
  const open: number[] = [];
  const path: number[] = [];
  /** Of each node on the path, where it leads to, and which of that is next. */
  const targets: Array<readonly number[]> = [];
  const at: number[] = [];
  let entered = 0;

  const enter = (node: number) => {
    entered += 1;
    order[node] = entered;
    low[node] = entered;
    isOpen[node] = 1;
    open.push(node);
    path.push(node);
    targets.push(graph.next(node));
    at.push(0);
  };
  const leave = (node: number) => {
    path.pop();
    at.pop();
    const leadsToItself = targets.pop()!.includes(node);
    if (path.length > 0) {
      const parent = path[path.length - 1];
      low[parent] = Math.min(low[parent], low[node]);
    }
    if (low[node] < order[node]) {
      return;
    }
    const component = open.splice(open.lastIndexOf(node));
    for (const member of component) {
      isOpen[member] = 0;
    }
    if (component.length > 1 || leadsToItself) {
      found.push(component);
    }
  };

  for (let root = 0; root < count; root += 1) {
    if (order[root] === 0 && (!among || among.has(root))) {
      enter(root);
    }
    while (path.length > 0) {
      const top = path.length - 1;
      const node = path[top];
      if (at[top] === targets[top].length) {
        leave(node);
        continue;
      }
      const target = targets[top][at[top]];
      at[top] += 1;
      if (order[target] === 0) {
        if (!among || among.has(target)) {
          enter(target);
        }
      } else if (isOpen[target] === 1) {
        low[node] = Math.min(low[node], order[target]);
      }
    }
  }
  return found;
}
