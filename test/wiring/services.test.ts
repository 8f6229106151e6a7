import { expect } from 'chai';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  createSpecializedBackend,
  type ServiceFactory,
} from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

const root = (id: string) => createServiceRef<unknown>({ id, scope: 'root' });
const make = (service: any, deps: any, factory: (deps: any, context?: any) => unknown) =>
  createServiceFactory({ service, deps, factory }) as ServiceFactory;

describe('services', () => {
  it('makes a root scoped service once and a plugin scoped one for each plugin', async () => {
    const rootRef = root('t.root');
    const pluginRef = createServiceRef<string>({ id: 't.plugin' });
    let roots = 0;
    const seen: unknown[] = [];
    const backend = createMinimalBackend({
      features: [
        make(rootRef, {}, () => ({ number: (roots += 1) })),
        make(
          pluginRef,
          { metadata: coreServices.pluginMetadata, rootService: rootRef },
          ({ metadata, rootService }) => `${metadata.getId()}/${rootService.number}`,
        ),
        plugin('a', ({ service }) => seen.push(service), { service: pluginRef }),
        plugin('b', ({ service }) => seen.push(service), { service: pluginRef }),
      ],
    });
    await backend.start();
    expect(seen).to.have.members(['a/1', 'b/1']);
    expect(roots).to.equal(1);
    await backend.stop();
  });

  it('hands the root context, made once, to the factory of each plugin', async () => {
    const ref = createServiceRef<unknown>({ id: 't.context' });
    let contexts = 0;
    const seen: unknown[] = [];
    const factory = createServiceFactory({
      service: ref,
      deps: { config: coreServices.rootConfig, metadata: coreServices.pluginMetadata },
      createRootContext: deps => ({ keys: Object.keys(deps), number: (contexts += 1) }),
      factory: ({ metadata }, context) => ({ id: metadata.getId(), ...context }),
    });
    const features = ['a', 'b'].map(id =>
      plugin(id, ({ service }) => seen.push(service), { service: ref }),
    );
    const backend = createMinimalBackend({ features: [factory, ...features] });
    await backend.start();
    expect(seen).to.deep.equal([
      { id: 'a', keys: ['config'], number: 1 },
      { id: 'b', keys: ['config'], number: 1 },
    ]);
    await backend.stop();
  });

  it('collects all factories of a multiton service, and gives an empty array without any', async () => {
    const ref = createServiceRef<string>({ id: 't.many', multiton: true });
    const none = createServiceRef<string>({ id: 't.none', multiton: true });
    let seen: any;
    const backend = createMinimalBackend({
      defaults: [make(ref, {}, () => 'default')],
      features: [
        make(ref, {}, () => 'first'),
        make(ref, {}, () => 'second'),
        plugin('a', deps => (seen = deps), { many: ref, nothing: none }),
      ],
    });
    await backend.start();
    expect(seen).to.deep.equal({ many: ['default', 'first', 'second'], nothing: [] });
    await backend.stop();
  });

  it('gives an array to a reference that is too old to know that its service is a multiton', async () => {
    const ref = createServiceRef<string>({ id: 't.many', multiton: true });
    const { multiton: _, ...oldRef } = createServiceRef<string>({ id: 't.many' });
    let seen: any;
    const backend = createMinimalBackend({
      features: [
        make(ref, {}, () => 'first'),
        make(ref, {}, () => 'second'),
        plugin('a', deps => (seen = deps), { many: oldRef as any }),
      ],
    });
    await backend.start();
    expect(seen.many).to.deep.equal(['first', 'second']);
    await backend.stop();
  });

  it('uses the default factory of a reference only while there is no other, once per function', async () => {
    let loads = 0;
    const defaultFactory = async (service: any) => {
      loads += 1;
      return make(service, {}, () => 'default');
    };
    const ref = createServiceRef<string>({ id: 't.default', defaultFactory });
    const copy = createServiceRef<string>({ id: 't.default', defaultFactory });
    const overridden = createServiceRef<string>({ id: 't.overridden', defaultFactory });
    let seen: any;
    const backend = createMinimalBackend({
      features: [
        make(overridden, {}, () => 'mine'),
        plugin('a', deps => (seen = deps), { ref, copy, overridden }),
      ],
    });
    await backend.start();
    expect(seen).to.deep.equal({ ref: 'default', copy: 'default', overridden: 'mine' });
    expect(loads).to.equal(1);
    await backend.stop();
  });

  it('makes root services at start unless they are lazy, and plugin services only when they ask for it', async () => {
    const made: string[] = [];
    const factory = (id: string, scope: 'root' | 'plugin', initialization?: 'always' | 'lazy') =>
      createServiceFactory({
        service: createServiceRef<unknown>({ id, scope } as any),
        initialization,
        deps: {},
        factory: () => made.push(id),
      } as any);
    const backend = createMinimalBackend({
      features: [
        factory('root.default', 'root'),
        factory('root.lazy', 'root', 'lazy'),
        factory('plugin.default', 'plugin'),
        factory('plugin.always', 'plugin', 'always'),
        plugin('a', () => made.push('a')),
        plugin('b', () => made.push('b')),
      ] as any,
    });
    await backend.start();
    expect(made).to.deep.equal(['root.default', 'plugin.always', 'plugin.always', 'a', 'b']);
    await backend.stop();
  });

  it('makes the services of a plugin that ask for it before its modules, multiton ones if the first asks', async () => {
    const made: string[] = [];
    const factory = (service: any, name: string, initialization?: 'always') =>
      createServiceFactory({
        service,
        initialization,
        deps: {},
        factory: () => made.push(name),
      } as any);
    const first = createServiceRef<unknown>({ id: 't.first', multiton: true });
    const second = createServiceRef<unknown>({ id: 't.second', multiton: true });
    const backend = createMinimalBackend({
      features: [
        factory(second, 'second'),
        factory(second, 'second, always', 'always'),
        factory(first, 'first, always', 'always'),
        factory(first, 'first'),
        module('a', 'm', () => made.push('module')),
        plugin('a', () => made.push('plugin')),
      ] as any,
    });
    await backend.start();
    expect(made).to.deep.equal(['first, always', 'first', 'module', 'plugin']);
    await backend.stop();
  });

  it('lets an added factory replace the default one, and refuses a second one naming both places', async () => {
    const ref = root('t.root');
    const backend = createMinimalBackend({
      defaults: [make(ref, {}, () => 'default')],
      features: [make(ref, {}, () => 'one'), make(ref, {}, () => 'two')],
    });
    const error = await failure(() => backend.start());
    expect(error.message).to.match(
      /^Duplicate service implementations provided for t\.root, first by backend\.add at .*minimal-backend\.ts:\d+:\d+, then by backend\.add at .*minimal-backend\.ts:\d+:\d+/,
    );
  });

  it('does not let the plugin metadata be overridden', async () => {
    const factory = make(coreServices.pluginMetadata, {}, () => ({ getId: () => 'x' }));
    const text = 'The core.pluginMetadata service cannot be overridden';
    expect(() => createSpecializedBackend({ defaultServiceFactories: [factory] })).to.throw(text);
    const error = await failure(() => createMinimalBackend({ features: [factory] }).start());
    expect(error.message).to.equal(text);
  });

  it('refuses two default factories of the same service at once', () => {
    const factories = ['a', 'b', 'a', 'b'].map(id => make(root(id), {}, () => id));
    expect(() => createSpecializedBackend({ defaultServiceFactories: factories })).to.throw(
      'Duplicate service implementations provided for a, b',
    );
  });

  it('makes services at the end of a chain as long as there may be', async () => {
    const refs = Array.from({ length: 10_000 }, (_, index) => root(`chain.${index}`));
    const factories = refs.map((ref, index) =>
      make(ref, index > 0 ? { next: refs[index - 1] } : {}, ({ next = 0 }) => next + 1),
    );
    let seen: unknown;
    const backend = createMinimalBackend({
      defaults: factories.reverse(),
      features: [plugin('a', deps => (seen = deps.last), { last: refs[9_999] })],
    });
    await backend.start();
    expect(seen).to.equal(10_000);
    await backend.stop();
  });

  it('names every circle of services', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(root);
    const factories = [
      make(a, { b }, () => 1),
      make(b, { a }, () => 1),
      make(c, { d }, () => 1),
      make(d, { c }, () => 1),
    ];
    const text = "Circular dependencies detected:\n  'a' -> 'b' -> 'a'\n  'c' -> 'd' -> 'c'";
    expect(() => createSpecializedBackend({ defaultServiceFactories: factories }))
      .to.throw(text)
      .with.property('name', 'ConflictError');
    const error = await failure(() => createMinimalBackend({ features: factories }).start());
    expect(error.message).to.equal(text);
  });

  it('finds a circle of default factories instead of waiting for ever', async () => {
    const refs: any = {};
    for (const [id, dependency] of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      refs[id] = createServiceRef<unknown>({
        id,
        defaultFactory: async service => make(service, { other: refs[dependency] }, () => id),
      });
    }
    const backend = createMinimalBackend({
      features: [plugin('p', () => {}, refs), plugin('q', () => {}, { b: refs.b })],
    });
    const error = await failure(() => backend.start());
    expect(error.message).to.match(
      /Circular dependencies detected:\n {2}'[ab]' -> '[ab]' -> '[ab]'/,
    );
  });

  it('tells which services are missing, along which path, who asks, what is similar, and the fix', async () => {
    const missing = createServiceRef<unknown>({ id: 'acme.databse' });
    const other = createServiceRef<unknown>({ id: 'acme.nothing-like-it' });
    const [middle, outer] = ['acme.middle', 'acme.outer'].map(id =>
      createServiceRef<unknown>({ id }),
    );
    const backend = createMinimalBackend({
      features: [
        make(createServiceRef({ id: 'acme.database' }), {}, () => 1),
        make(middle, { missing, other }, () => 1),
        make(outer, { middle }, () => 1),
        plugin('p', () => {}, { outer }),
      ],
    });
    const error = await failure(() => backend.start());
    const [{ failure: reason }] = error.result.plugins;
    expect(reason.error.message).to.equal(
      [
        "Failed to instantiate service 'acme.outer' for 'p' because the factory function threw an error, Error: Failed to instantiate service 'acme.middle' for 'p' because the following dependent services are missing: 'acme.databse', 'acme.nothing-like-it'",
        "  needed along plugin 'p' -> 'acme.outer' -> 'acme.middle' -> 'acme.databse'",
        "  known ids similar to 'acme.databse': 'acme.database'",
        "  needed along plugin 'p' -> 'acme.outer' -> 'acme.middle' -> 'acme.nothing-like-it'",
        "  fix: install what provides it with backend.add(...); if a package does already, compare versions with 'npm ls' or 'yarn why'",
      ].join('\n'),
    );
  });

  it('tells that a core service comes with the backend', async () => {
    const ref = createServiceRef<unknown>({ id: 'core.auditr' });
    const backend = createMinimalBackend({
      features: [make(coreServices.auditor, {}, () => ({})), plugin('p', () => {}, { ref })],
    });
    const error = await failure(() => backend.start());
    expect(error.result.plugins[0].failure.error.message).to.equal(
      [
        "Service or extension point dependencies of plugin 'p' are missing for the following ref(s): serviceRef{core.auditr}",
        "  needed along plugin 'p' -> 'core.auditr'",
        "  known ids similar to 'core.auditr': 'core.auditor'",
        '  fix: core services come with createBackend(); update backstage-forklift, or add a factory with backend.add(...)',
      ].join('\n'),
    );
  });

  it('collects all references that a plugin misses', async () => {
    const [a, b] = ['x.a', 'x.b'].map(id => createServiceRef<unknown>({ id }));
    const backend = createMinimalBackend({ features: [plugin('p', () => {}, { a, b })] });
    const error = await failure(() => backend.start());
    expect(error.message).to.include(
      "  Plugin 'p' startup failed; caused by Error: Service or extension point dependencies of plugin 'p' are missing for the following ref(s): serviceRef{x.a}, serviceRef{x.b}",
    );
  });

  it('keeps the error of a factory as the cause, with its stack', async () => {
    const ref = createServiceRef<unknown>({ id: 'x.a' });
    const boom = new TypeError('boom');
    const backend = createMinimalBackend({
      features: [
        make(ref, {}, () => {
          throw boom;
        }),
        plugin('p', () => {}, { ref }),
      ],
    });
    const { error } = (await failure(() => backend.start())).result.plugins[0].failure;
    expect(error.message).to.equal(
      "Failed to instantiate service 'x.a' for 'p' because the factory function threw an error, TypeError: boom",
    );
    expect(error.cause).to.equal(boom);
  });

  it('tells when createRootContext or the loader of a default factory throws', async () => {
    const throws = () => {
      throw new Error('boom');
    };
    const context = createServiceRef<unknown>({ id: 'x.context' });
    const loaded = createServiceRef<unknown>({ id: 'x.loaded', defaultFactory: throws as any });
    const backend = createMinimalBackend({
      features: [
        createServiceFactory({
          service: context,
          deps: {},
          createRootContext: throws,
          factory: () => 1,
        }),
        plugin('p', () => {}, { context }),
        plugin('q', () => {}, { loaded }),
      ],
    });
    const { message } = await failure(() => backend.start());
    expect(message)
      .to.include(
        "Failed to instantiate service 'x.context' because createRootContext threw an error, Error: boom",
      )
      .and.include(
        "Failed to instantiate service 'x.loaded' because the default factory loader threw an error, Error: boom",
      );
  });

  it('does not let a root scoped service depend on a plugin scoped one', async () => {
    const pluginRef = createServiceRef<unknown>({ id: 'x.plugin' });
    const backend = createMinimalBackend({
      features: [make(pluginRef, {}, () => 1), make(root('x.root'), { pluginRef }, () => 1)],
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.equal(
      "Failed to instantiate 'root' scoped service 'x.root' because it depends on 'plugin' scoped service 'x.plugin'.",
    );
  });
});
