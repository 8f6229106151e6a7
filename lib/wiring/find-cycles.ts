import type { Graph } from './graph';
import { strongComponents } from './strong-components';

/** More than anyone reads, and a bound on the work: a dense graph has exponentially many. */
const MOST_CYCLES = 50;

/**
 * The circles in a graph, each once, with its first node repeated at the end. A circle begins at its
 * smallest node. Linear in the size of the graph where there are none.
 *
 * @returns at most 50 circles; when there are more, at least one through each group of entangled nodes
 */
export function findCycles(graph: Graph): number[][] {
  const inOrder = (component: number[]) => component.sort((a, b) => a - b);
  const pending = strongComponents(graph).map(inOrder);
  const cycles: number[][] = [];
  while (pending.length > 0) {
    pending.sort((a, b) => a[0] - b[0]);
    const [start, ...rest] = pending.shift()!;
    const room = MOST_CYCLES - cycles.length - pending.length;
    cycles.push(...cyclesThrough(start, new Set([start, ...rest]), graph, Math.max(room, 1)));
    if (cycles.length + pending.length < MOST_CYCLES) {
      pending.push(...strongComponents(graph, new Set(rest)).map(inOrder));
    }
  }
  return cycles;
}

/**
 * The circles through one node within a group of entangled nodes, after Johnson (1975): a node from
 * which the search has come back empty-handed stays blocked until a node that it leads to is freed.
 */
function cyclesThrough(
  start: number,
  group: ReadonlySet<number>,
  graph: Graph,
  most: number,
): number[][] {
  const cycles: number[][] = [];
  const blocked = new Set<number>([start]);
  const freedWith = new Map<number, Set<number>>();
  const targets = (node: number) =>
    [...new Set(graph.next(node))].filter(target => group.has(target));
  const path = [{ node: start, rest: targets(start), at: 0, found: false }];

  while (path.length > 0 && cycles.length < most) {
    const frame = path[path.length - 1];
    if (frame.at < frame.rest.length) {
      const target = frame.rest[frame.at];
      frame.at += 1;
      if (target === start) {
        cycles.push([...path.map(({ node }) => node), start]);
        frame.found = true;
      } else if (!blocked.has(target)) {
        blocked.add(target);
        path.push({ node: target, rest: targets(target), at: 0, found: false });
      }
      continue;
    }
    path.pop();
    const parent = path[path.length - 1];
    if (frame.found) {
      free(frame.node, blocked, freedWith);
      if (parent) {
        parent.found = true;
      }
    } else {
      for (const target of frame.rest) {
        freedWith.set(target, (freedWith.get(target) ?? new Set()).add(frame.node));
      }
    }
  }
  return cycles;
}

function free(node: number, blocked: Set<number>, freedWith: Map<number, Set<number>>): void {
  const pending = [node];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    blocked.delete(current);
    pending.push(...[...(freedWith.get(current) ?? [])].filter(other => blocked.has(other)));
    freedWith.delete(current);
  }
}
