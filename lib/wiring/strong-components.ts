import type { Graph } from './graph';

/**
 * The groups of nodes that can all reach each other, by Tarjan's algorithm, in linear time. Nodes that
 * are in no circle are left out. Iterative, since a chain of dependencies may be long, and on arrays of
 * numbers, since it runs at every start.
 *
 * @param among - leaves out all other nodes
 */
export function strongComponents(graph: Graph, among?: ReadonlySet<number>): number[][] {
  if (graph.isOrdered) {
    return [];
  }
  const { count, starts, targets } = graph;
  const found: number[][] = [];
  /** When a node was entered, counted from 1. */
  const order = new Int32Array(count);
  const low = new Int32Array(count);
  /** Of each node, which of its edges is next. */
  const edges = starts.slice(0, count);
  /** Entered, and its component is not complete. */
  const isOpen = new Uint8Array(count);
  const leadsToItself = new Uint8Array(count);
  const open = new Int32Array(count);
  let openCount = 0;
  const path = new Int32Array(count);
  let depth = 0;
  let entered = 0;

  for (let root = 0; root < count; root += 1) {
    let next = order[root] === 0 && (!among || among.has(root)) ? root : -1;
    while (next >= 0 || depth > 0) {
      if (next >= 0) {
        entered += 1;
        order[next] = entered;
        low[next] = entered;
        isOpen[next] = 1;
        open[openCount] = next;
        openCount += 1;
        path[depth] = next;
        depth += 1;
        next = -1;
      }
      const node = path[depth - 1];
      const end = starts[node + 1];
      let edge = edges[node];
      for (; edge < end && next < 0; edge += 1) {
        const target = targets[edge];
        if (order[target] === 0) {
          next = !among || among.has(target) ? target : -1;
        } else if (isOpen[target] === 1) {
          low[node] = Math.min(low[node], order[target]);
          leadsToItself[node] |= Number(target === node);
        }
      }
      edges[node] = edge;
      if (next >= 0) {
        continue;
      }
      depth -= 1;
      if (depth > 0) {
        const parent = path[depth - 1];
        low[parent] = Math.min(low[parent], low[node]);
      }
      if (low[node] === order[node]) {
        const top = openCount;
        do {
          openCount -= 1;
          isOpen[open[openCount]] = 0;
        } while (open[openCount] !== node);
        if (top - openCount > 1 || leadsToItself[node] === 1) {
          found.push(Array.from(open.subarray(openCount, top)));
        }
      }
    }
  }
  return found;
}
