import { expect } from 'chai';
import fc from 'fast-check';
import { findCycles } from '../../lib/wiring/find-cycles';
import { Graph as NumberedGraph } from '../../lib/wiring/graph';

type Graph = Map<number, number[]>;

const graphs = (most: number): fc.Arbitrary<Graph> =>
  fc.integer({ min: 1, max: most }).chain(size =>
    fc
      .uniqueArray(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), {
        maxLength: size * 2,
        selector: String,
      })
      .map(edges => {
        const graph: Graph = new Map(Array.from({ length: size }, (_, node) => [node, []]));
        edges.forEach(([from, to]) => graph.get(from)!.push(to));
        return graph;
      }),
  );

const cyclesOf = (graph: Graph) =>
  findCycles(
    new NumberedGraph(graph.size, (node, targets) => targets.push(...(graph.get(node) ?? []))),
  );

/** Every circle, by trying every path that begins at the smallest node of a circle. */
function everyCycle(graph: Graph): string[] {
  const cycles: string[] = [];
  const walk = (path: number[]) => {
    for (const next of graph.get(path.at(-1)!) ?? []) {
      if (next === path[0]) {
        cycles.push([...path, next].join());
      } else if (next > path[0] && !path.includes(next)) {
        walk([...path, next]);
      }
    }
  };
  [...graph.keys()].forEach(node => walk([node]));
  return cycles;
}

describe('findCycles', () => {
  it('finds every circle once', () => {
    fc.assert(
      fc.property(graphs(7), graph => {
        const every = everyCycle(graph);
        const found = cyclesOf(graph).map(cycle => cycle.join());
        if (every.length <= 50) {
          expect(found).to.have.members(every);
        } else {
          expect(every).to.include.members(found);
          expect(new Set(found).size).to.equal(found.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('names at least one circle through each group of entangled nodes, however many there are', () => {
    const graph: Graph = new Map();
    for (let group = 0; group < 100; group += 1) {
      const nodes = Array.from({ length: 6 }, (_, index) => group * 6 + index);
      nodes.forEach(node => graph.set(node, nodes));
    }
    const groups = new Set(cyclesOf(graph).map(([first]) => Math.floor(first / 6)));
    expect(groups.size).to.equal(100);
  });

  it('follows a chain as long as there may be, without filling the stack', () => {
    const length = 100_000;
    const chain: Graph = new Map(Array.from({ length }, (_, node) => [node, [node + 1]]));
    chain.set(length - 1, []);
    expect(cyclesOf(chain)).to.deep.equal([]);
    chain.set(length - 1, [0]);
    expect(cyclesOf(chain)[0]).to.have.length(length + 1);
  });
});
