import { expect } from 'chai';
import fc from 'fast-check';
import {
  coreServices,
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
  /** What happened, in order: `service:2` of the root, `service:1@p0` of a plugin, `plugin:0 begins`. */
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
      deps: { ...depsOf(index), ...(index % 2 && { metadata: coreServices.pluginMetadata }) },
      factory: async ({ metadata, ...deps }: any) => {
        await turn();
        events.push(metadata ? `service:${index}@${metadata.getId()}` : `service:${index}`);
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
    const init = (name: string, fails: boolean) => async (deps: any) => {
      const services = Object.values(deps).filter(value => typeof value === 'string');
      events.push(`${name} begins`, `${name} has ${services.sort().join(' ')}`);
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

/** The numbers of the services that a service can depend on, given its scope. */
const edgesOf = ({ services }: Shape) =>
  services.map((deps, index) => deps.filter(other => index % 2 === 1 || other % 2 === 0));

/** Which modules of a plugin wait for which: those that use what they provide. */
const waitsFor = (modules: ModuleShape[]) =>
  modules.map((_, owner) => {
    const provided = ownPoints(modules, owner);
    return modules.flatMap(({ uses }, user) =>
      uses.some(point => provided.includes(point)) ? [user] : [],
    );
  });

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
        const edges = edgesOf(shape);
        const broken = new Set(shape.failingServices);
        edges.forEach((deps, index) => {
          if (deps.some(other => broken.has(other))) {
            broken.add(index);
            if (!shape.failingServices.includes(index)) {
              expect(events.filter(event => isOfService(event, index))).to.deep.equal([]);
            }
          }
        });
        shape.plugins.forEach((each, index) => {
          const serviceOf = (service: number) =>
            service % 2 ? `service:${service}@p${index}` : `service:${service}`;
          edges.forEach((deps, service) =>
            deps.forEach(other => expectBefore(events, serviceOf(other), serviceOf(service))),
          );
          const waits = waitsFor(each.modules);
          const isCircular = waits.some((_, module) => reaches(waits, module, module));
          const own = result.plugins.find(({ pluginId }: any) => pluginId === `p${index}`);
          expect(isModuleCircle(own.failure?.error)).to.equal(isCircular);

          const name = `plugin:${index}`;
          const begins = ({ services }: { services: number[] }) =>
            !isCircular && !services.some(other => broken.has(other));
          expect(events.includes(`${name} begins`), name).to.equal(begins(each));
          expect(own.failure !== undefined, name).to.equal(!begins(each) || each.fails);
          each.services.forEach(needed =>
            expectBefore(events, serviceOf(needed), `${name} begins`, begins(each)),
          );
          each.modules.forEach((part, number) => {
            const moduleName = `module:${index}.${number}`;
            expect(events.includes(`${moduleName} begins`), moduleName).to.equal(begins(part));
            part.services.forEach(needed =>
              expectBefore(events, serviceOf(needed), `${moduleName} begins`, begins(part)),
            );
            expectBefore(events, `${moduleName} ends`, `${name} begins`);
            waits[number].forEach(other =>
              expectBefore(events, `module:${index}.${other} ends`, `${moduleName} begins`),
            );
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
        const edges = edgesOf(shape);
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
          const first = build(shape);
          const inOrder = await start(first.features);
          const second = build(shape);
          const shuffled = second.features
            .map(feature => ({ feature, rank: order.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ feature }) => feature);
          const other = await start(shuffled);
          expect(summary(other.result)).to.deep.equal(summary(inOrder.result));
          expect(ofParts(second.events)).to.have.members(ofParts(first.events));
        },
      ),
      { numRuns: 150 },
    );
  });
});

const isOfService = (event: string, service: number) =>
  event === `service:${service}` || event.startsWith(`service:${service}@`);

/** Services are left out: some may still be in the making when a start has failed. */
const ofParts = (events: string[]) => events.filter(event => !event.startsWith('service:'));

const isModuleCircle = (error: Error | undefined) =>
  error?.message.startsWith('Circular dependency detected for modules') ?? false;

/** @param isCertain - that both have happened */
function expectBefore(events: string[], first: string, second: string, isCertain = false): void {
  const [a, b] = [events.indexOf(first), events.indexOf(second)];
  expect(!isCertain || (a >= 0 && b >= 0), `${first} and ${second}`).to.equal(true);
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
