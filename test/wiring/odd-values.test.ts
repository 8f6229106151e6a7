import { expect } from 'chai';
import { runInNewContext } from 'node:vm';
import {
  createExtensionPoint,
  createExtensionPointFactoryMiddleware,
  createServiceFactory,
  createServiceRef,
  type ServiceFactory,
} from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

const deny = () => {
  throw new Error('not to be looked at');
};

/** Throws at whatever is done to it, but for the question whether it is a promise. */
const closed = new Proxy(
  {},
  {
    get: (_, name) => (name === 'then' ? undefined : deny()),
    has: deny,
    ownKeys: deny,
    getPrototypeOf: deny,
    getOwnPropertyDescriptor: deny,
    set: deny,
    defineProperty: deny,
    isExtensible: deny,
  },
);

/** As of a library of promises that came before those of the language. */
class Eventual {
  constructor(
    private readonly value: unknown,
    private readonly isFailure = false,
  ) {}

  then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    setImmediate(this.isFailure ? reject : resolve, this.value);
  }
}

class PromiseOfOurs extends Promise<unknown> {}

function asynchronous() {
  return 'called';
}

const service = { name: 'a service' };
const ofOtherRealm = (code: string) => runInNewContext(code, { service });

/** What factories give, and what then is the service. */
const CASES: { [name in string]: [given: unknown, expected: unknown] } = {
  undefined: [undefined, undefined],
  null: [null, null],
  false: [false, false],
  zero: [0, 0],
  'an empty text': ['', ''],
  'a symbol': [Symbol.iterator, Symbol.iterator],
  'a function': [asynchronous, asynchronous],
  'a class': [Eventual, Eventual],
  'an object without a prototype': [Object.create(null), Object.create(null)],
  'an object with a then that is no function': [{ then: 1 }, { then: 1 }],
  'a proxy that lets nothing be known': [closed, closed],
  'a thenable': [new Eventual(service), service],
  'a thenable of a thenable': [new Eventual(new Eventual(service)), service],
  'a thenable of a proxy that lets nothing be known': [new Eventual(closed), closed],
  'a thenable of nothing': [new Eventual(undefined), undefined],
  'a promise of a thenable': [Promise.resolve(new Eventual(service)), service],
  'a promise of a subclass': [PromiseOfOurs.resolve(service), service],
  'a promise of a function': [Promise.resolve(asynchronous), asynchronous],
  'a promise of a proxy that lets nothing be known': [Promise.resolve(closed), closed],
  'a promise of another realm': [ofOtherRealm('Promise.resolve(service)'), service],
  'what an async function of another realm gives': [
    ofOtherRealm('(async () => service)()'),
    service,
  ],
};

function check(value: unknown, expected: unknown, what: string): void {
  // Not equality of the assertion library alone, which looks into what it compares when it fails.
  if (value !== expected) {
    expect(value, what).to.deep.equal(expected);
  }
}

describe('values of any kind', () => {
  for (const [name, [given, expected]] of Object.entries(CASES)) {
    it(`can be services and root contexts: ${name}`, async () => {
      const rootRef = createServiceRef<unknown>({ id: 'x.root', scope: 'root' });
      const pluginRef = createServiceRef<unknown>({ id: 'x.plugin' });
      const contextRef = createServiceRef<unknown>({ id: 'x.context' });
      const manyRef = createServiceRef<unknown>({ id: 'x.many', multiton: true });
      const lateRef = createServiceRef<unknown>({ id: 'x.late' });
      const seen: any[] = [];
      const factories = [
        createServiceFactory({ service: rootRef, deps: {}, factory: () => given }),
        createServiceFactory({ service: pluginRef, deps: {}, factory: () => given }),
        createServiceFactory({
          service: contextRef,
          deps: {},
          createRootContext: () => given,
          factory: (_, context) => [context],
        }),
        createServiceFactory({ service: manyRef, deps: {}, factory: () => given }),
        // One that has them as dependencies, when they are there already and when not.
        createServiceFactory({
          service: lateRef,
          deps: { root: rootRef, own: pluginRef, many: manyRef },
          factory: async ({ root, own, many }) => [root, own, (many as unknown[])[0]],
        }),
      ] as ServiceFactory[];
      const refs = {
        root: rootRef,
        own: pluginRef,
        context: contextRef,
        many: manyRef as any,
        late: lateRef,
      };
      const backend = createMinimalBackend({
        features: [
          ...factories,
          plugin('a', deps => seen.push(deps), refs),
          module('a', 'm', deps => seen.push(deps), refs),
          plugin('b', deps => seen.push(deps), refs),
        ],
      });
      await backend.start();
      await backend.stop();
      expect(seen).to.have.length(3);
      for (const { root, own, context, many, late } of seen) {
        check(root, expected, 'root scoped');
        check(own, expected, 'plugin scoped');
        check(context[0], expected, 'root context');
        check(many[0], expected, 'multiton');
        late.forEach((value: unknown) => check(value, expected, 'dependency of a service'));
      }
    });
  }

  const failures: { [name in string]: () => unknown } = {
    'a thenable that fails': () => new Eventual(new Error('boom'), true),
    'a promise of another realm that fails': () =>
      ofOtherRealm('Promise.reject(new Error("boom"))'),
    'an object whose then throws': () => ({
      get then() {
        throw new Error('boom');
      },
    }),
  };
  for (const [name, factory] of Object.entries(failures)) {
    it(`fail their service only: ${name}`, async () => {
      const ref = createServiceRef<unknown>({ id: 'x.failing' });
      const started: string[] = [];
      const backend = createMinimalBackend({
        features: [
          createServiceFactory({ service: ref, deps: {}, factory }) as ServiceFactory,
          plugin('a', () => started.push('a'), { ref }),
          plugin('b', () => started.push('b')),
        ],
      });
      const { result } = await failure(() => backend.start());
      const { error } = result.plugins.find((each: any) => each.pluginId === 'a').failure;
      expect(error.message).to.equal(
        "Failed to instantiate service 'x.failing' for 'a' because the factory function threw an error, Error: boom",
      );
      expect(started).to.deep.equal(['b']);
    });
  }

  it('are not looked at when an async factory that looks like one of the alpha gives them', async () => {
    const ref = createServiceRef<unknown>({ id: 'x.closed' });
    const seen: unknown[] = [];
    const factory = createServiceFactory({
      service: ref,
      deps: {},
      factory: async () => {
        const handlers = [async ({ id }: { id: string }) => id];
        return handlers.length > 0 ? closed : undefined;
      },
    });
    const backend = createMinimalBackend({
      features: [factory, plugin('a', deps => seen.push(deps.ref), { ref })],
    });
    await backend.start();
    await backend.stop();
    check(seen[0], closed, 'service');
  });

  it('are handed to modules as they are when extension points are made of them', async () => {
    const given: { [name in string]: unknown } = {
      promise: Promise.resolve(service),
      'foreign-promise': ofOtherRealm('Promise.resolve(service)'),
      thenable: new Eventual(service),
      closed: closed,
      function: asynchronous,
    };
    const points = Object.keys(given).map(id => createExtensionPoint<any>({ id: `a.${id}` }));
    const wrapped = createExtensionPoint<any>({ id: 'a.wrapped' });
    let seen: any;
    const backend = createMinimalBackend({
      extensionPointFactoryMiddleware: [
        createExtensionPointFactoryMiddleware({
          extensionPoint: wrapped,
          middleware: original => [original] as any,
        }),
      ],
      features: [
        plugin('a', () => {}, {}, [
          ...points.map((point): [any, unknown] => [point, given[point.id.slice(2)]]),
          [wrapped, given.promise],
        ]),
        module('a', 'm', deps => (seen = deps), {
          ...Object.fromEntries(points.map(point => [point.id.slice(2), point])),
          wrapped,
        }),
      ],
    });
    await backend.start();
    await backend.stop();
    for (const [name, value] of Object.entries(given)) {
      expect(seen[name] === value, name).to.equal(true);
    }
    expect(seen.wrapped[0] === given.promise, 'what middleware is given').to.equal(true);
  });
});
