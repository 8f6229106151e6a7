import { expect } from 'chai';
import fc from 'fast-check';
import {
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
  type BackendFeature,
} from 'backstage-forklift';
import { createMinimalBackend, module, plugin } from './minimal-backend';

/** A backend as numbers: which service or part depends on which, and which fail. */
interface Shape {
  /** `services[i]` are the services that service i depends on. */
  services: number[][];
  failingServices: number[];
  plugins: Array<{ services: number[]; fails: boolean; modules: ModuleShape[] }>;
}

interface ModuleShape {
  services: number[];
  /** Numbers of extension points of its plugin. */
  uses: number[];
  provides: number[];
  fails: boolean;
}

const subset = (count: number, most = 3) =>
  count === 0
    ? fc.constant<number[]>([])
    : fc.uniqueArray(fc.nat(count - 1), { maxLength: Math.min(most, count) });

const shapes = (options: { mayCircle: boolean }): fc.Arbitrary<Shape> =>
  fc.integer({ min: 1, max: 10 }).chain(count =>
    fc.record({
      services: fc.tuple<number[][]>(
        ...Array.from({ length: count }, (_, index) => subset(options.mayCircle ? count : index)),
      ),
      failingServices: fc.oneof(fc.constant<number[]>([]), subset(count, 2)),
      plugins: fc.array(
        fc.record({
          services: subset(count),
          fails: fc.integer({ min: 0, max: 9 }).map(chance => chance === 0),
          modules: fc.array(
            fc.record({
              services: subset(count, 2),
              uses: subset(4, 2),
              provides: subset(4, 2),
              fails: fc.integer({ min: 0, max: 9 }).map(chance => chance === 0),
            }),
            { maxLength: 5 },
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  );

interface Run {
  features: BackendFeature[];
  /** What happened, in order: `service:1`, `plugin:0`, `module:0.2`. */
  events: string[];
}

function build(shape: Shape): Run {
  const events: string[] = [];
  const turn = () => new Promise(resolve => setImmediate(resolve));
  const refs = shape.services.map((_, index) =>
    createServiceRef<string>({ id: `s${index}`, scope: index % 2 ? 'plugin' : 'root' } as any),
  );
  // A root scoped service cannot depend on a plugin scoped one.
  const depsOf = (service: number) =>
    pick(
      shape.services[service].filter(other => service % 2 === 1 || other % 2 === 0),
      refs,
    );
  const services = refs.map((service, index) =>
    createServiceFactory({
      service: service as any,
      initialization: 'lazy',
      deps: depsOf(index),
      factory: async (deps: any) => {
        await turn();
        events.push(`service:${index}`);
        if (shape.failingServices.includes(index)) {
          throw new Error(`service ${index} fails`);
        }
        return `${index}(${Object.values(deps).join()})`;
      },
    }),
  );
  const parts = shape.plugins.flatMap((each, index) => {
    const points = [0, 1, 2, 3].map(number =>
      createExtensionPoint<unknown>({ id: `p${index}.e${number}` }),
    );
    const provided = new Map<number, number>();
    each.modules.forEach(({ provides }, owner) =>
      provides.forEach(point => provided.has(point) || provided.set(point, owner)),
    );
    const init = (name: string, fails: boolean) => async () => {
      events.push(`${name} begins`);
      await turn();
      events.push(`${name} ends`);
      if (fails) {
        throw new Error(`${name} fails`);
      }
    };
    return [
      plugin(
        `p${index}`,
        init(`plugin:${index}`, each.fails),
        pick(each.services, refs),
        points.filter((_, point) => !provided.has(point)).map(point => [point, {}]),
      ),
      ...each.modules.map((own, number) =>
        module(
          `p${index}`,
          `m${number}`,
          init(`module:${index}.${number}`, own.fails),
          { ...pick(own.services, refs), ...pick(own.uses, points) },
          points.filter((_, point) => provided.get(point) === number).map(point => [point, {}]),
        ),
      ),
    ];
  });
  return { features: [...(services as BackendFeature[]), ...parts], events };
}

function pick<T extends { id: string }>(numbers: number[], from: T[]): { [name in string]: T } {
  return Object.fromEntries(numbers.map(number => [from[number].id, from[number]]));
}

async function start(features: BackendFeature[]) {
  const backend = createMinimalBackend({ features });
  const outcome = await backend.start().then(
    ({ result }) => ({ result, error: undefined }),
    error => ({ result: error.result, error }),
  );
  await backend.stop();
  return outcome;
}

/** What became of each part, without times and order; of several causes the quickest is told. */
function summary(result: any): object {
  return Object.fromEntries(
    result.plugins.map((each: any) => [
      each.pluginId,
      {
        failed: each.failure !== undefined,
        modules: Object.fromEntries(
          each.modules.map((own: any) => [own.moduleId, own.failure !== undefined]),
        ),
      },
    ]),
  );
}

describe('backends of any shape', function () {
  this.timeout(60_000);

  it('start everything after what it depends on, and nothing that depends on a failure', async () => {
    await fc.assert(
      fc.asyncProperty(shapes({ mayCircle: false }), async shape => {
        const { features, events } = build(shape);
        const { result } = await start(features);
        const broken = new Set(shape.failingServices);
        shape.services.forEach((deps, index) => {
          const real = deps.filter(other => index % 2 === 1 || other % 2 === 0);
          if (real.some(other => broken.has(other))) {
            broken.add(index);
            if (!shape.failingServices.includes(index)) {
              expect(events).not.to.include(`service:${index}`);
            }
          }
          real.forEach(other => expectBefore(events, `service:${other}`, `service:${index}`));
        });
        shape.plugins.forEach((each, index) => {
          const name = `plugin:${index}`;
          const isCircular = result.plugins
            .find(({ pluginId }: any) => pluginId === `p${index}`)
            ?.failure?.error.message.startsWith('Circular dependency detected for modules');
          const shouldBegin = !isCircular && !each.services.some(other => broken.has(other));
          expect(events.includes(`${name} begins`), name).to.equal(shouldBegin);
          each.modules.forEach((own, number) => {
            const moduleName = `module:${index}.${number}`;
            const begins = !isCircular && !own.services.some(other => broken.has(other));
            expect(events.includes(`${moduleName} begins`), moduleName).to.equal(begins);
            expectBefore(events, `${moduleName} ends`, `${name} begins`);
            each.modules.forEach((other, otherNumber) => {
              const provides = ownPoints(each.modules, otherNumber);
              if (otherNumber !== number && own.uses.some(point => provides.includes(point))) {
                expectBefore(events, `${moduleName} ends`, `module:${index}.${otherNumber} begins`);
              }
            });
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  it('name their circles of services, and start nothing', async () => {
    await fc.assert(
      fc.asyncProperty(shapes({ mayCircle: true }), async shape => {
        const { features, events } = build(shape);
        const { error } = await start(features);
        const edges = shape.services.map((deps, index) =>
          deps.filter(other => index % 2 === 1 || other % 2 === 0),
        );
        const circular = edges.map((_, index) => reaches(edges, index, index));
        if (!circular.includes(true)) {
          return;
        }
        expect(error.name).to.equal('ConflictError');
        expect(events).to.deep.equal([]);
        const [head, ...lines] = error.message.split('\n');
        expect(head).to.equal('Circular dependencies detected:');
        const named = new Set<number>();
        for (const line of lines) {
          const ids = [...line.matchAll(/'s(\d+)'/g)].map(match => Number(match[1]));
          expect(ids[0]).to.equal(ids.at(-1));
          ids.slice(1).forEach((id, index) => expect(edges[ids[index]]).to.include(id));
          ids.forEach(id => named.add(id));
        }
        if (lines.length < 50) {
          circular.forEach((is, index) => expect(named.has(index)).to.equal(is));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('give the same results in whatever order features are added', async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes({ mayCircle: false }).chain(shape =>
          fc.record({
            shape: fc.constant(shape),
            order: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
          }),
        ),
        async ({ shape, order }) => {
          const inOrder = await start(build(shape).features);
          const shuffled = build(shape)
            .features.map(feature => ({ feature, rank: order.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ feature }) => feature);
          const other = await start(shuffled);
          expect(summary(other.result)).to.deep.equal(summary(inOrder.result));
        },
      ),
      { numRuns: 150 },
    );
  });
});

function expectBefore(events: string[], first: string, second: string): void {
  const [a, b] = [events.indexOf(first), events.indexOf(second)];
  if (a >= 0 && b >= 0) {
    expect(a, `${first} before ${second}`).to.be.lessThan(b);
  }
}

function ownPoints(modules: ModuleShape[], owner: number): number[] {
  return modules[owner].provides.filter(
    point => modules.findIndex(({ provides }) => provides.includes(point)) === owner,
  );
}

function reaches(edges: number[][], from: number, to: number, seen = new Set<number>()): boolean {
  return edges[from].some(next => {
    if (next === to) {
      return true;
    }
    if (seen.has(next)) {
      return false;
    }
    seen.add(next);
    return reaches(edges, next, to, seen);
  });
}
