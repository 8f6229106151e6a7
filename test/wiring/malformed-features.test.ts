import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import {
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createExtensionPointFactoryMiddleware,
  createServiceFactory,
  createServiceRef,
  createSpecializedBackend,
} from 'backstage-forklift';
import { createMinimalBackend, failure, plugin } from './minimal-backend';

const service = createServiceRef<unknown>({ id: 'x.service', scope: 'root' });
const dependency = createServiceRef<unknown>({ id: 'x.dependency', scope: 'root' });
const extensionPoint = createExtensionPoint<unknown>({ id: 'p.ext' });
const ownExtensionPoint = createExtensionPoint<unknown>({ id: 'p.own' });

/** A well-formed feature as plain data that can be spoiled. */
interface Specimen {
  feature: any;
  /** Tells whether it has done what it is for. */
  hasWorked(): boolean;
}

const specimens: { [name in string]: () => Specimen } = {
  'service factory': () => {
    const factory = sinon.spy(async () => 1);
    const feature = {
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'service',
      service: { ...service },
      initialization: 'always',
      deps: { dependency: { ...dependency } },
      createRootContext: async () => 1,
      factory,
    };
    return { feature, hasWorked: () => factory.calledOnce };
  },
  loader: () => {
    const init = sinon.spy();
    const feature = {
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'loader',
      description: "created at 'somewhere'",
      deps: { dependency: { ...dependency } },
      loader: async () => [plugin('loaded', init)],
    };
    return { feature, hasWorked: () => init.calledOnce };
  },
  plugin: () => registrations('plugin-v1.1'),
  module: () => registrations('module-v1.1', 'm'),
  'old plugin': () => registrations('plugin'),
  'old module': () => registrations('module', 'm'),
};

function registrations(type: string, moduleId?: string): Specimen {
  const isOld = !type.endsWith('v1.1');
  const func = sinon.spy(async () => {});
  const registration = {
    type,
    pluginId: 'p',
    ...(moduleId && { moduleId }),
    ...(moduleId && !isOld && { optional: false }),
    extensionPoints: [
      isOld
        ? [{ ...ownExtensionPoint }, { some: 'implementation' }]
        : { extensionPoint: { ...ownExtensionPoint }, factory: () => 1 },
    ],
    ...(!isOld && { connections: [{ type: 'github', required: true, description: 'x' }] }),
    init: {
      deps: { dependency: { ...dependency }, ...(moduleId && { ext: { ...extensionPoint } }) },
      func,
    },
  };
  const feature = {
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'registrations',
    getRegistrations: () => [registration],
    registration,
  };
  return { feature, hasWorked: () => func.calledOnce };
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

const at = (root: any, path: Path): unknown => path.reduce((current, key) => current?.[key], root);

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
      () => ({ then: 1 }),
      () => new Map(),
    )
    .map(make => make()),
);

function typeOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  return Array.isArray(value) ? 'array' : typeof value;
}

/** May be missing, as early releases have it, or because it is of no use to everybody. */
const OPTIONAL =
  /^(featureType|initialization|description|createRootContext|registration\.(connections|optional)|.+\.(required|description|multiton|toString|toJSON|__defaultFactory|\$\$type))$/;
/** What is never read, since early releases throw there, and what may be anything. */
const UNREAD = /(\.T|^registration|^registration\.extensionPoints\.0\.1(\..*)?)$/;

/** Tells whether a value may well stand at a path of a specimen. */
function isPermitted(original: any, path: Path, value: unknown): boolean {
  const name = path.join('.');
  const type = typeOf(value);
  if (UNREAD.test(name) || type === typeOf(at(original, path))) {
    return true; // a string is no wrong type for a string; what it says is the business of other tests
  }
  if (name.endsWith('__defaultFactory')) {
    return type === 'function' || type === 'undefined';
  }
  const isOptional = OPTIONAL.test(name) || (name === 'deps' && 'loader' in original);
  return isOptional && type === 'undefined';
}

/** The path as messages have it, without the part that tells whose it is. */
function shownPath(path: Path): string {
  const inside = path[0] === 'registration' ? path.slice(1) : path;
  return inside.map(key => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
}

/** The ways in which a feature may be handed over. */
const wrappings: { [name in string]: (feature: any) => unknown } = {
  plain: feature => feature,
  'a function': feature =>
    typeof feature === 'object' && feature
      ? Object.assign(() => expect.fail('called'), feature)
      : feature,
  'a default export': feature => ({ default: feature }),
  'a double default export': feature => ({ default: { default: feature } }),
  'an import': feature => Promise.resolve({ default: feature }),
  'a feature factory': feature =>
    Object.assign(() => feature, { $$type: '@backstage/BackendFeatureFactory' }),
  'the output of a loader': feature => ({
    $$type: '@backstage/BackendFeature',
    version: 'v1',
    featureType: 'loader',
    loader: async () => [feature],
  }),
};

async function start(feature: unknown, pluginId = 'other'): Promise<Error | undefined> {
  const backend = createMinimalBackend({
    features: [
      createServiceFactory({ service: dependency, deps: {}, factory: () => 1 }),
      plugin(pluginId, () => {}, {}, [[extensionPoint, {}]]),
    ],
  });
  try {
    backend.add(feature as any);
    await backend.start();
    await backend.stop();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function refuse(): never {
  throw new Error('hostile');
}

/** What throws whatever is done with it. */
function trap(target: object): unknown {
  const refusing = { get: () => refuse };
  return new Proxy(target, new Proxy({}, refusing));
}

/** The ways in which a part of a feature may refuse to be read. */
const hidings: { [name in string]: (root: any, path: Path) => unknown } = {
  'a getter': (root, path) => {
    Object.defineProperty(at(root, path.slice(0, -1)), path.at(-1)!, { get: refuse });
    return root;
  },
  'a proxy': (root, path) => spoil(root, path, trap({})),
};

/** The errors themselves, where a failed start only sums them up. */
function reasons(error: any): Error[] {
  return error.result
    ? error.result.plugins.flatMap(({ failure: own, modules }: any) =>
        [own, ...modules.map((each: any) => each.failure)].flatMap(each => each?.error ?? []),
      )
    : [error];
}

/** A specimen with something of a wrong type in it, in some wrapping. */
const spoiled = (create: () => Specimen) =>
  fc
    .tuple(
      fc.constantFrom(...paths(create().feature)),
      nonsense,
      fc.constantFrom(...Object.keys(wrappings)),
    )
    .filter(([path, , wrapping]) => path.length > 0 || wrapping === 'plain');

describe('malformed features', () => {
  for (const [kind, create] of Object.entries(specimens)) {
    const pluginId = kind.endsWith('module') ? 'p' : 'other';

    it(`name the path of what is of a wrong type in a ${kind}, and work if they are accepted`, async () => {
      await fc.assert(
        fc.asyncProperty(spoiled(create), async ([path, value, wrapping]) => {
          const { feature, hasWorked } = create();
          const mayStand = isPermitted(create().feature, path, value);
          const error = await start(wrappings[wrapping](spoil(feature, path, value)), pluginId);
          const what = `${path.join('.')} = ${typeOf(value)} in ${wrapping}`;
          if (!mayStand) {
            const [{ name, message }] = reasons(error ?? new Error('accepted'));
            expect(name, `${what}: ${message}`).to.equal('InputError');
            expect(message, what).to.include(shownPath(path));
          } else if (!error && typeof at(feature, path) !== 'function') {
            const isOrphan = pluginId === 'p' && path.at(-1) === 'pluginId';
            expect(hasWorked(), what).to.equal(!isOrphan);
          }
          for (const { name, message, stack } of error ? reasons(error) : []) {
            expect(name, `${what}: ${stack}`).not.to.equal('TypeError');
            expect(message, what).not.to.match(/Cannot (read|convert|use)|is not (a f|iterable)/);
          }
        }),
        { numRuns: 150 },
      );
    });

    it(`name every path of a ${kind} at which a type is wrong`, async () => {
      for (const path of paths(create().feature)) {
        if (!isPermitted(create().feature, path, 42)) {
          const error = await start(spoil(create().feature, path, 42), pluginId);
          const [{ name, message }] = reasons(error ?? new Error('accepted'));
          const what = `${path.join('.')}: ${message}`;
          expect(name, what).to.equal('InputError');
          expect(message, what).to.include('42').and.include(shownPath(path));
        }
      }
    });

    it(`name every path of a ${kind} that cannot be read`, async () => {
      for (const path of paths(create().feature)) {
        for (const [how, hide] of Object.entries(hidings)) {
          if (!UNREAD.test(path.join('.')) && (how === 'a getter' ? path.length > 0 : true)) {
            const error = await start(hide(create().feature, path), pluginId);
            const what = `${how} at ${path.join('.')}: ${error}`;
            const [{ name, message }] = reasons(error ?? new Error('accepted'));
            expect(name, what).to.equal('InputError');
            expect(message, what).to.include(shownPath(path));
            if (how === 'a getter') {
              expect(message, what).to.include('cannot be read');
            }
          }
        }
      }
    });

    it(`accept a ${kind} in every wrapping when it is well-formed`, async () => {
      for (const [wrapping, wrap] of Object.entries(wrappings)) {
        const { feature, hasWorked } = create();
        expect(await start(wrap(feature), pluginId), wrapping).to.equal(undefined);
        expect(hasWorked(), wrapping).to.equal(true);
      }
    });
  }

  it('fail alone, whatever they throw', async () => {
    const thrown = { 'an object without a prototype': Object.create(null), 'a proxy': trap({}) };
    for (const [what, value] of Object.entries({ ...thrown, 'a symbol': Symbol('s') })) {
      const error: any = await start(
        plugin('throwing', () => {
          throw value;
        }),
      );
      expect(error.message, what).to.match(/Plugin 'throwing' startup failed.*unknown error/s);
      const outcome = error.result.plugins.map(({ pluginId, failure: own }: any) => [
        pluginId,
        own !== undefined,
      ]);
      expect(Object.fromEntries(outcome), what).to.deep.equal({ other: false, throwing: true });
    }
  });

  it('name the path of a default service factory', async () => {
    const create = specimens['service factory'];
    await fc.assert(
      fc.asyncProperty(spoiled(create), async ([path, value]) => {
        const original = create().feature;
        fc.pre(!isPermitted(original, path, value));
        const error = await failure(() =>
          createMinimalBackend({ defaults: [spoil(create().feature, path, value)] }),
        );
        expect(error.name, `${path.join('.')}: ${error.stack}`).to.equal('InputError');
        expect(error.message).to.include(shownPath(path));
      }),
      { numRuns: 200 },
    );
  });

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
      { ...specimens['service factory']().feature, factory: 1 },
      'service factory for "x.service".factory, expected a function, received 1',
    ],
    [
      'a service factory with a dependency that is none',
      { ...specimens['service factory']().feature, deps: { a: [] } },
      'service factory for "x.service".deps.a, expected a service reference object, received an array',
    ],
    [
      'a loader whose output is no array',
      { ...specimens.loader().feature, loader: async () => null },
      "feature loader created at 'somewhere' -> loader output, expected an array of backend features, received null",
    ],
    [
      'a loader that gives something else than features',
      { ...specimens.loader().feature, loader: async () => [plugin('a'), { default: 1 }] },
      "feature loader created at 'somewhere' -> loader output[1], expected an object or function, received 1",
    ],
    [
      'registrations that are no array',
      { ...specimens.plugin().feature, getRegistrations: () => ({}) },
      'features[2].getRegistrations(), expected an array, received an object',
    ],
    [
      'a registration without the id of its plugin',
      { ...specimens.plugin().feature, getRegistrations: () => [{ type: 'plugin' }] },
      'features[2].getRegistrations()[0].pluginId, expected a string, received undefined',
    ],
    [
      'a registration without the id of its module',
      {
        ...specimens.plugin().feature,
        getRegistrations: () => [{ type: 'module', pluginId: 'p' }],
      },
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
    const { registration, ...feature } = specimens['old module']().feature;
    registration.extensionPoints = null;
    const backend = createMinimalBackend({ features: [plugin('p'), feature] });
    const { message } = await failure(() => backend.start());
    expect(message).to.include(
      `Module 'm' for plugin 'p' startup failed; caused by InputError: Invalid backend feature at module "m" for plugin "p".extensionPoints, expected an array, received null`,
    );
  });

  it('attributes a registration of a type that no plugin API makes, if it says whose it is', async () => {
    const { registration, ...feature } = specimens.plugin().feature;
    registration.type = 'plugin-v9';
    const expected = 'expected "plugin", "plugin-v1.1", "module" or "module-v1.1"';
    expect((await start(feature))?.message).to.include(
      `Plugin 'p' startup failed; caused by InputError: Invalid registration type 'plugin-v9' at plugin "p".type, ${expected}`,
    );
    delete registration.pluginId;
    expect((await start(feature))?.message).to.equal(
      `Invalid registration type 'plugin-v9' at features[2].getRegistrations()[0].type, ${expected}`,
    );
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

  it('names what is no list of features in the output of a loader', async () => {
    const error = await start(createBackendFeatureLoader({ loader: () => 42 as any }));
    expect(error).to.have.property('name', 'InputError');
    expect(error?.message).to.match(
      /^Feature loader created at '\S+' failed; caused by InputError: Invalid output of the loader, expected an iterable of features, received 42$/,
    );
  });

  it('names a registration that is not as it should be when register was called without thought', async () => {
    const create = (register: (reg: any) => void) =>
      createBackendPlugin({ pluginId: 'p', register });
    const init = { deps: {}, init: async () => {} };
    const registers: Array<[(reg: any) => void, string]> = [
      [reg => reg.registerInit(), '.init.deps, expected a dependency object'],
      [reg => reg.registerInit({ deps: {} }), '.init.func, expected a function'],
      [
        reg => [reg.registerExtensionPoint(), reg.registerInit(init)],
        '.extensionPoints[0].extensionPoint, expected an extension point reference object',
      ],
      [
        reg => [reg.registerConnection(), reg.registerInit(init)],
        '.connections[0].type, expected a string',
      ],
    ];
    for (const [register, message] of registers) {
      const [reason] = reasons(await start(create(register)));
      expect(reason).to.have.property('name', 'InputError');
      expect(reason.message).to.include(`Invalid backend feature at plugin "p"${message}`);
    }
  });

  it('tell which reference is missing even if it cannot tell itself', async () => {
    const mute = Object.assign(Object.create(null), { id: 'x.mute', scope: 'plugin' });
    const [reason] = reasons(await start(plugin('p', () => {}, { mute })));
    expect(reason.message).to.match(/missing for the following ref\(s\): serviceRef\{x\.mute\}/);
  });

  const creators: { [name in string]: (options: any) => unknown } = {
    createBackendPlugin,
    createBackendModule,
    createBackendFeatureLoader,
    createExtensionPoint,
    createServiceFactory,
    createServiceRef,
    createSpecializedBackend,
    createExtensionPointFactoryMiddleware,
  };
  for (const [name, create] of Object.entries(creators)) {
    it(`make ${name} name the option that is missing or of a wrong type`, async () => {
      const keys = [
        ...['id', 'scope', 'multiton', 'defaultFactory', 'pluginId', 'moduleId', 'register'],
        ...['service', 'deps', 'factory', 'createRootContext', 'loader', 'middleware'],
        ...['extensionPoint', 'defaultServiceFactories', 'extensionPointFactoryMiddleware'],
      ];
      const options = fc.oneof(
        nonsense,
        fc.dictionary(fc.constantFrom(...keys), nonsense, { minKeys: 1, maxKeys: keys.length }),
      );
      const missing = await failure(() => create(undefined));
      expect(missing).to.have.property('name', 'InputError');
      expect(missing.message).to.equal(
        `Invalid argument of ${name} at options, expected an object, received undefined`,
      );
      fc.assert(
        fc.property(options, given => {
          try {
            create(given);
          } catch (error: any) {
            expect(error.name, error.stack).to.match(/^InputError$|^Error$/);
            expect(error.message).to.match(
              error.name === 'Error'
                ? /^Invalid (pluginId|moduleId) '|must match the pattern/
                : new RegExp(`^Invalid (argument of ${name}|backend feature) at `),
            );
          }
        }),
        { numRuns: 200 },
      );
    });
  }
});
