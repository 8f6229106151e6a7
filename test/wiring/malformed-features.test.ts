import { expect } from 'chai';
import fc from 'fast-check';
import {
  createBackendFeatureLoader,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
} from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

const service = createServiceRef<unknown>({ id: 'x.service', scope: 'root' });
const dependency = createServiceRef<unknown>({ id: 'x.dependency', scope: 'root' });
const extensionPoint = createExtensionPoint<unknown>({ id: 'p.ext' });
const ownExtensionPoint = createExtensionPoint<unknown>({ id: 'p.own' });

/** Well-formed features of every kind and generation, as plain data that can be spoiled. */
const specimens: { [name in string]: () => any } = {
  'service factory': () => ({
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'service',
    service: { ...service },
    deps: { dependency: { ...dependency } },
    createRootContext: async () => 1,
    factory: async () => 1,
  }),
  loader: () => ({
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'loader',
    description: "created at 'somewhere'",
    deps: { dependency: { ...dependency } },
    loader: async () => [{ ...(plugin('loaded') as any) }],
  }),
  plugin: () => registrations('plugin-v1.1'),
  module: () => registrations('module-v1.1', 'm'),
  'old plugin': () => registrations('plugin'),
  'old module': () => registrations('module', 'm'),
};

function registrations(type: string, moduleId?: string) {
  const isOld = !type.endsWith('v1.1');
  const registration = {
    type,
    pluginId: 'p',
    ...(moduleId && { moduleId }),
    extensionPoints: [
      isOld
        ? [{ ...ownExtensionPoint }, { some: 'implementation' }]
        : { extensionPoint: { ...ownExtensionPoint }, factory: () => 1 },
    ],
    ...(!isOld && { connections: [{ type: 'github' }] }),
    init: {
      deps: { dependency: { ...dependency }, ...(moduleId && { ext: { ...extensionPoint } }) },
      func: async () => {},
    },
  };
  return {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [registration],
    registration,
  };
}

type Path = string[];

function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) {
    return [at];
  }
  return [at, ...Object.keys(value).flatMap(key => paths((value as any)[key], [...at, key]))];
}

function spoil(root: any, path: Path, value: unknown): any {
  if (path.length === 0) {
    return value;
  }
  const parent = path.slice(0, -1).reduce((current, key) => current[key], root);
  parent[path.at(-1)!] = value;
  return root;
}

const nonsense = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, 1n, NaN, true, '', 'nonsense', Symbol('s')),
  fc
    .constantFrom<() => unknown>(
      () => ({}),
      () => [],
      () => [null],
      () => () => {},
      () => () => {
        throw new Error('thrown by the feature');
      },
      () => Object.create(null),
      () => ({ id: 1, scope: 'root' }),
      () => new Map(),
    )
    .map(make => make()),
);

/** What is not read, or may be anything. */
const UNCHECKED = [
  /\.(\$\$type|multiton|T|toString|toJSON)$/,
  /^(featureType|registration)$/,
  /^registration\.extensionPoints\.0\.1/,
];

function isChecked(path: Path): boolean {
  return !UNCHECKED.some(pattern => pattern.test(path.join('.')));
}

/** The path as messages have it, without the part that tells whose it is. */
function shownPath(path: Path): string {
  if (path.join('.') === 'registration.type') {
    return 'Invalid registration type'; // as stock Backstage says it
  }
  const inside = path[0] === 'registration' ? path.slice(1) : path;
  return inside.map(key => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
}

async function start(feature: unknown, pluginId = 'other'): Promise<Error | undefined> {
  const backend = createMinimalBackend({
    features: [
      createServiceFactory({ service: dependency, deps: {}, factory: () => 1 }),
      plugin(pluginId, () => {}, {}, [[extensionPoint, {}]]),
    ],
  });
  backend.add(feature as any);
  try {
    await backend.start();
    await backend.stop();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The errors themselves, where a failed start only sums them up. */
function reasons(error: any): Error[] {
  return error.result
    ? error.result.plugins.flatMap(({ failure: own, modules }: any) =>
        [own, ...modules.map((each: any) => each.failure)].flatMap(each => each?.error ?? []),
      )
    : [error];
}

describe('malformed features', () => {
  for (const [kind, create] of Object.entries(specimens)) {
    it(`never make a ${kind} crash from inside`, async () => {
      const spots = paths(create());
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...spots), nonsense, async (path, value) => {
          const error = await start(
            spoil(create(), path, value),
            kind.endsWith('module') ? 'p' : 'other',
          );
          for (const reason of error ? reasons(error) : []) {
            const why = `${path.join('.')}: ${reason.stack}`;
            expect(reason, why).to.be.instanceOf(Error);
            expect(reason.name, why).not.to.equal('TypeError');
            expect(reason.message, why).not.to.match(
              /Cannot (read|convert|use)|is not (a function|iterable)/,
            );
          }
        }),
        { numRuns: 400 },
      );
    });
  }

  for (const [kind, create] of Object.entries(specimens)) {
    it(`name every path of a ${kind} at which a type is wrong`, async () => {
      for (const path of paths(create()).filter(isChecked)) {
        const pluginId = kind.endsWith('module') ? 'p' : 'other';
        const error = await start(spoil(create(), path, 42), pluginId);
        const [{ name, message }] = reasons(error ?? new Error('accepted'));
        const what = `${path.join('.')}: ${message}`;
        expect(name, what).to.equal('InputError');
        expect(message, what).to.include('42').and.include(shownPath(path));
      }
    });
  }

  const cases: Array<[string, unknown, string]> = [
    ['nothing', undefined, 'features[2], expected an object or function, received undefined'],
    ['a string', 'x', 'features[2], expected an object or function, received "x"'],
    [
      'an object of another kind',
      { $$type: 'x' },
      'features[2].$$type, expected "@backstage/BackendFeature", received "x"',
    ],
    [
      'a feature of the future',
      { $$type: '@backstage/BackendFeature', version: 'v2' },
      'features[2].version, expected "v1", received "v2"',
    ],
    [
      'a feature of no known type',
      { $$type: '@backstage/BackendFeature', version: 'v1', featureType: 'x' },
      'features[2].featureType, expected "service", "registrations", or "loader", received "x"',
    ],
    [
      'a service factory without a function',
      { ...specimens['service factory'](), factory: 1 },
      'service factory for "x.service".factory, expected a function, received 1',
    ],
    [
      'a service factory with a dependency that is none',
      { ...specimens['service factory'](), deps: { a: [] } },
      'service factory for "x.service".deps.a, expected a service reference object, received an array',
    ],
    [
      'a loader whose output is no array',
      { ...specimens.loader(), loader: async () => null },
      "feature loader created at 'somewhere' -> loader output, expected an array of backend features, received null",
    ],
    [
      'a loader that gives something else than features',
      { ...specimens.loader(), loader: async () => [plugin('a'), { default: 1 }] },
      "feature loader created at 'somewhere' -> loader output[1], expected an object or function, received 1",
    ],
    [
      'registrations that are no array',
      { ...specimens.plugin(), getRegistrations: () => ({}) },
      'features[2].getRegistrations(), expected an array, received an object',
    ],
    [
      'a registration without the id of its plugin',
      { ...specimens.plugin(), getRegistrations: () => [{ type: 'plugin' }] },
      'features[2].getRegistrations()[0].pluginId, expected a string, received undefined',
    ],
    [
      'a registration without the id of its module',
      { ...specimens.plugin(), getRegistrations: () => [{ type: 'module', pluginId: 'p' }] },
      'module registration for plugin "p".moduleId, expected a string, received undefined',
    ],
  ];
  for (const [what, feature, message] of cases) {
    it(`names the path of ${what}`, async () => {
      const error = await start(feature);
      expect(error).to.have.property('name', 'InputError');
      expect(error?.message).to.equal(`Invalid backend feature at ${message}`);
    });
  }

  it('attributes what is wrong within a registration to its plugin or module', async () => {
    const { registration, ...feature } = specimens['old module']();
    registration.extensionPoints = null;
    const backend = createMinimalBackend({ features: [plugin('p'), feature] });
    const { message } = await failure(() => backend.start());
    expect(message).to.include(
      `Module 'm' for plugin 'p' startup failed; caused by InputError: Invalid backend feature at module "m" for plugin "p".extensionPoints, expected an array, received null`,
    );
  });

  it('attributes a registration of a type that no plugin API makes, if it says whose it is', async () => {
    const { registration, ...feature } = specimens.plugin();
    registration.type = 'plugin-v9';
    expect((await start(feature))?.message).to.include(
      "Plugin 'p' startup failed; caused by InputError: Invalid registration type 'plugin-v9'",
    );
    delete registration.pluginId;
    expect((await start(feature))?.message).to.equal("Invalid registration type 'plugin-v9'");
  });

  it('names a loader that throws, and keeps the error', async () => {
    const boom = new Error('boom');
    const error: any = await start(
      createBackendFeatureLoader({
        loader() {
          throw boom;
        },
      }),
    );
    expect(error.message).to.match(
      /^Feature loader created at '.*malformed-features\.test\.ts:\d+:\d+' failed; caused by Error: boom$/,
    );
    expect(error.cause).to.equal(boom);
  });

  it('names an item of a loader that is no feature', async () => {
    const error = await start(createBackendFeatureLoader({ loader: () => ['x' as any] }));
    expect(error?.message).to.include('Invalid item "x"');
  });

  it('accepts the same features when they are well-formed', async () => {
    for (const kind of ['service factory', 'loader', 'plugin', 'old plugin']) {
      expect(await start(specimens[kind]()), kind).to.equal(undefined);
    }
    const backend = createMinimalBackend({
      features: [module('p', 'a'), plugin('p'), specimens['service factory']()],
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.include("missing: 'x.dependency'");
  });
});
