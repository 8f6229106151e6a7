/**
 * The groups of nodes that can all reach each other, by Tarjan's algorithm, in linear time. Nodes that
 * are in no circle are left out. Iterative, since a chain of dependencies may be long.
 *
 * @param next - the nodes that a node leads to; nodes that are not among `nodes` are ignored
 */
export function strongComponents<T>(nodes: readonly T[], next: (node: T) => Iterable<T>): T[][] {
  const numbers = new Map<T, number>();
  nodes.forEach((node, number) => numbers.set(node, number));
  const targetsOf = (number: number): number[] => {
    const targets: number[] = [];
    for (const target of next(nodes[number])) {
      const known = numbers.get(target);
      if (known !== undefined) {
        targets.push(known);
      }
    }
    return targets;
  };
  return components(nodes.length, targetsOf).map(component =>
    component.map(number => nodes[number]),
  );
}

/** A node whose targets are being visited. */
interface Visit {
  node: number;
  targets: number[];
  at: number;
}

function components(count: number, targetsOf: (node: number) => number[]): number[][] {
  const found: number[][] = [];
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const isOpen = new Uint8Array(count);
  const open: number[] = [];
  const path: Visit[] = [];
  let visited = 0;

  const enter = (node: number) => {
    order[node] = visited;
    low[node] = visited;
    visited += 1;
    isOpen[node] = 1;
    open.push(node);
    path.push({ node, targets: targetsOf(node), at: 0 });
  };
  const leave = ({ node, targets }: Visit) => {
    const parent = path.at(-1)?.node;
    if (parent !== undefined) {
      low[parent] = Math.min(low[parent], low[node]);
    }
    if (low[node] === order[node]) {
      const component = open.splice(open.lastIndexOf(node));
      component.forEach(member => (isOpen[member] = 0));
      if (component.length > 1 || targets.includes(node)) {
        found.push(component);
      }
    }
  };

  for (let root = 0; root < count; root += 1) {
    if (order[root] < 0) {
      enter(root);
    }
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      if (visit.at === visit.targets.length) {
        path.pop();
        leave(visit);
        continue;
      }
      const target = visit.targets[visit.at];
      visit.at += 1;
      if (order[target] < 0) {
        enter(target);
      } else if (isOpen[target]) {
        low[visit.node] = Math.min(low[visit.node], order[target]);
      }
    }
  }
  return found;
}
