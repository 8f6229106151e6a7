import { expect } from 'chai';
import {
  createExtensionPointFactoryMiddleware,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  coreServices,
  defaultServiceFactories,
} from 'backstage-forklift';
import { createMinimalBackend, failure, module, plugin } from './minimal-backend';

interface Words {
  add(word: string): void;
}

const wordsOf = (id: string) => createExtensionPoint<Words>({ id });

describe('plugins and modules', () => {
  it('starts the modules of a plugin before the plugin', async () => {
    const words: string[] = [];
    const extensionPoint = wordsOf('a.words');
    const implementation: Words = { add: word => words.push(word) };
    let seen: string[] = [];
    const backend = createMinimalBackend({
      features: [
        plugin('a', () => (seen = [...words]), {}, [[extensionPoint, implementation]]),
        module('a', 'one', deps => deps.words.add('one'), { words: extensionPoint }),
        module('a', 'two', deps => deps.words.add('two'), { words: extensionPoint }),
      ],
    });
    await backend.start();
    expect(seen).to.have.members(['one', 'two']);
    await backend.stop();
  });

  it('starts a module that provides an extension point after those that use it', async () => {
    const order: string[] = [];
    const [first, second] = [wordsOf('a.first'), wordsOf('a.second')];
    const none: Words = { add: () => {} };
    const slowly = (name: string) => async () => {
      await new Promise(resolve => setImmediate(resolve));
      order.push(name);
    };
    const backend = createMinimalBackend({
      features: [
        module('a', 'provides-both', slowly('provides-both'), { second }, [[first, none]]),
        module('a', 'provides-second', slowly('provides-second'), {}, [[second, none]]),
        module('a', 'uses-first', slowly('uses-first'), { first }),
        plugin('a', () => order.push('plugin')),
      ],
    });
    const { result } = await backend.start();
    expect(order).to.deep.equal(['uses-first', 'provides-both', 'provides-second', 'plugin']);
    const { modules } = result.plugins[0];
    expect(modules.map(({ timing }) => timing?.waitedFor)).to.deep.equal([
      ['a.first'],
      ['uses-first', 'a.second'],
      ['provides-both'],
    ]);
    await backend.stop();
  });

  it('names the circle when modules wait for each other', async () => {
    const [first, second] = [wordsOf('p.first'), wordsOf('p.second')];
    const backend = createMinimalBackend({
      features: [
        module('p', 'a', () => {}, { second }, [[first, {}]]),
        module('p', 'b', () => {}, { first }, [[second, {}]]),
        plugin('p'),
      ],
    });
    const { message } = await failure(() => backend.start());
    expect(message).to.include(
      "Plugin 'p' startup failed; caused by ConflictError: Circular dependency detected for modules of plugin 'p', 'a' -> 'b' -> 'a'",
    );
  });

  it('lets only modules of the same plugin use an extension point', async () => {
    const extensionPoint = wordsOf('q.words');
    const backend = createMinimalBackend({
      features: [
        plugin('q', () => {}, {}, [[extensionPoint, {}]]),
        plugin('p'),
        module('p', 'm', () => {}, { extensionPoint }),
        plugin('r', () => {}, { extensionPoint: extensionPoint as any }),
      ],
    });
    const { message } = await failure(() => backend.start());
    expect(message)
      .to.include(
        "Module 'm' for plugin 'p' startup failed; caused by Error: Illegal dependency: Module 'm' for plugin 'p' attempted to depend on extension point 'q.words' for plugin 'q'. Extension points can only be used within their plugin's scope.",
      )
      .and.include(
        "Plugin 'r' startup failed; caused by Error: Rejected dependency on extension point q.words from outside of a module",
      );
  });

  it('tells a module which extension point is missing, with similar ones', async () => {
    const backend = createMinimalBackend({
      features: [
        plugin('p', () => {}, {}, [[wordsOf('p.words'), {}]]),
        module('p', 'm', () => {}, { words: wordsOf('p.word') }),
      ],
    });
    const { message } = await failure(() => backend.start());
    expect(message)
      .to.include(
        "Service or extension point dependencies of module 'm' for plugin 'p' are missing for the following ref(s): extensionPoint{p.word}",
      )
      .and.include("known ids similar to 'p.word': 'p.words'");
  });

  it('makes an extension point for each module that uses it, through the middleware', async () => {
    const extensionPoint = wordsOf('p.words');
    const words: string[] = [];
    let made = 0;
    const backend = createMinimalBackend({
      extensionPointFactoryMiddleware: ['first', 'second'].map(name =>
        createExtensionPointFactoryMiddleware({
          extensionPoint,
          middleware: async original => ({ add: word => original.add(`${word} ${name}`) }),
        }),
      ),
      features: [
        createBackendPlugin({
          pluginId: 'p',
          register(reg) {
            reg.registerExtensionPoint({
              extensionPoint,
              factory: () => {
                const number = (made += 1);
                return { add: word => words.push(`${number} ${word}`) };
              },
            });
            reg.registerInit({ deps: {}, async init() {} });
          },
        }),
        module('p', 'a', deps => deps.words.add('a'), { words: extensionPoint }),
        module('p', 'b', deps => deps.words.add('b'), { words: extensionPoint }),
      ],
    });
    await backend.start();
    expect(words).to.deep.equal(['1 a second first', '2 b second first']);
    await backend.stop();
  });

  it('lets a plugin report that a module failed, before and after that module is done', async () => {
    const extensionPoint = createExtensionPoint<{ fail(message: string): void }>({ id: 'p.ext' });
    const reports: Array<(error: Error) => void> = [];
    const backend = createMinimalBackend({
      features: [
        createBackendPlugin({
          pluginId: 'p',
          register(reg) {
            reg.registerExtensionPoint({
              extensionPoint,
              factory: ({ reportModuleStartupFailure }) => {
                reports.push(error => reportModuleStartupFailure({ error }));
                return { fail: text => reportModuleStartupFailure({ error: new Error(text) }) };
              },
            });
            reg.registerInit({
              deps: {},
              init: async () => reports[1](new Error('of no use')),
            });
          },
        }),
        module('p', 'early', deps => deps.ext.fail('at once'), { ext: extensionPoint }),
        module('p', 'late', () => {}, { ext: extensionPoint }),
      ],
    });
    const error = await failure(() => backend.start());
    expect(error.message).to.equal(
      [
        'Backend startup failed due to the following errors:',
        "  Module 'early' for plugin 'p' startup failed; caused by Error: at once",
        "  Module 'late' for plugin 'p' startup failed; caused by Error: of no use",
      ].join('\n'),
    );
    reports[0](new Error('too late'));
    expect(backend.messages('error').at(-1)).to.equal(
      "Plugin 'p' reported failure for module 'early' after startup Error: too late",
    );
  });

  it('attributes duplicates to their plugin, naming both calls of add', async () => {
    const extensionPoint = wordsOf('a.words');
    const duplicate = plugin('a', () => {}, {}, [[extensionPoint, {}]]);
    const started: string[] = [];
    const backend = createMinimalBackend({
      features: [
        duplicate,
        duplicate,
        plugin('b', () => started.push('b')),
        module('b', 'm', () => started.push('m')),
        module('b', 'm', () => started.push('other m')),
        plugin('c', () => {}, {}, [[extensionPoint, {}]]),
      ],
    });
    const { result } = await failure(() => backend.start());
    const [a, c, b] = result.plugins;
    expect(a.failure.error.message).to.match(
      /^Plugin 'a' is already registered, first by backend\.add at \S+:\d+:\d+, then by backend\.add at \S+:\d+:\d+$/,
    );
    expect(c.failure.error.message).to.match(
      /^ExtensionPoint with ID 'a\.words' is already registered, first by/,
    );
    expect(b.modules[0].failure.error.message).to.match(
      /^Module 'm' for plugin 'b' is already registered, first by/,
    );
    expect(started).to.deep.equal(['m', 'b']);
  });

  it('does not start a module whose plugin is not installed, and says so', async () => {
    const started: string[] = [];
    const features = [plugin('catalog'), module('catalogue', 'm', () => started.push('m'))];
    const backend = createMinimalBackend({ features });
    const { result } = await backend.start();
    expect(started).to.deep.equal([]);
    expect(result.plugins.map(({ pluginId }) => pluginId)).to.deep.equal(['catalog']);
    expect(backend.messages('warn')[0]).to.match(
      /^Module 'm' for plugin 'catalogue', added by backend\.add at \S+, is not started because plugin 'catalogue' is not installed; similar ids: 'catalog'; add the plugin or remove the module$/,
    );
    expect(backend.messages('info')[0]).to.equal("Plugin initialization started: 'catalog'");
    await backend.stop();

    const strict = createMinimalBackend({
      config: { backend: { startup: { onModuleWithoutPlugin: 'abort' } } },
      features,
    });
    const { message } = await failure(() => strict.start());
    expect(message).to.include("Module 'm' for plugin 'catalogue' startup failed");
  });

  it('tells what is installed', async () => {
    let installed: unknown;
    const backend = createMinimalBackend({
      features: [
        module('a', 'm'),
        module('ghost', 'x'),
        plugin('a', async ({ metadata }) => (installed = await metadata.getInstalledPlugins()), {
          metadata: coreServices.rootInstanceMetadata,
        }),
        plugin('b'),
      ],
    });
    await backend.start();
    expect(installed).to.deep.equal([
      { pluginId: 'a', modules: [{ moduleId: 'm' }] },
      { pluginId: 'b', modules: [] },
    ]);
    expect(installed).to.be.frozen;
    await backend.stop();
  });

  it('tells what is installed in the way of early releases', async () => {
    const factory = defaultServiceFactories.find(
      ({ service }) => service.id === 'core.instanceMetadata',
    )!;
    let features: unknown;
    const backend = createMinimalBackend({
      defaults: [factory],
      features: [
        module('a', 'm'),
        plugin('a', ({ metadata }) => (features = metadata.getInstalledFeatures()), {
          metadata: factory.service,
        }),
      ],
    });
    await backend.start();
    expect(features).to.deep.equal([
      { type: 'plugin', pluginId: 'a' },
      { type: 'module', pluginId: 'a', moduleId: 'm' },
    ]);
    await backend.stop();
  });

  it('accepts plugins and modules of all generations at once', async () => {
    const extensionPoint = wordsOf('old.words');
    const words: string[] = [];
    const old = (registration: object) =>
      ({
        $$type: '@backstage/BackendFeature',
        version: 'v1',
        getRegistrations: () => [registration],
      }) as any;
    const asFunction = Object.assign(
      () => {
        throw new Error('not called');
      },
      old({
        type: 'plugin',
        pluginId: 'fn',
        extensionPoints: [],
        init: { deps: {}, func: async () => words.push('fn') },
      }),
    );
    const backend = createMinimalBackend({
      features: [
        old({
          type: 'plugin',
          pluginId: 'old',
          extensionPoints: [[extensionPoint, { add: (word: string) => words.push(word) }]],
          init: { deps: {}, func: async () => words.push('old') },
        }),
        old({
          type: 'module',
          pluginId: 'old',
          moduleId: 'older',
          extensionPoints: [],
          init: { deps: { w: extensionPoint }, func: async ({ w }: any) => w.add('module') },
        }),
        asFunction,
        module('old', 'new', deps => deps.w.add('new module'), { w: extensionPoint }),
      ],
    });
    backend.add({ default: { default: plugin('deep', () => words.push('deep')) } } as any);
    backend.add(Promise.resolve({ default: plugin('import', () => words.push('import')) }));
    backend.add(
      Promise.resolve({ default: { default: plugin('cjs', () => words.push('cjs')) } }) as any,
    );
    backend.add(
      Object.assign(() => plugin('factory', () => words.push('factory')), {
        $$type: '@backstage/BackendFeatureFactory',
      }) as any,
    );
    await backend.start();
    expect(words).to.have.members([
      ...['module', 'new module', 'old', 'fn', 'deep', 'import', 'cjs', 'factory'],
    ]);
    await backend.stop();
  });

  it('names the call of add whose import fails', async () => {
    const backend = createMinimalBackend();
    backend.add(Promise.reject(new Error("Cannot find module '@acme/x'")));
    const error = await failure(() => backend.start());
    expect(error.message).to.match(
      /^Failed to load the feature added by backend\.add at \S+ \(features\[\d\]\), Error: Cannot find module '@acme\/x'$/,
    );
  });

  it('checks the ids of plugins and modules', () => {
    const register = () => {};
    expect(() => createBackendPlugin({ pluginId: '1x', register })).to.throw(
      "Invalid pluginId '1x', must match the pattern /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i",
    );
    expect(() => createBackendModule({ pluginId: 'x', moduleId: 'a b', register })).to.throw(
      "Invalid moduleId 'a b'",
    );
  });

  it('holds register to its rules', async () => {
    const start = (register: (reg: any) => void) =>
      failure(() =>
        createMinimalBackend({
          features: [createBackendPlugin({ pluginId: 'p', register })],
        }).start(),
      );
    const init = { deps: {}, init: async () => {} };
    expect((await start(() => {})).message).to.equal(
      'registerInit was not called by register in p',
    );
    const twice = await start(reg => [reg.registerInit(init), reg.registerInit(init)]);
    expect(twice.message).to.equal('registerInit must only be called once');
    const late = await start(reg => {
      reg.registerInit(init);
      reg.registerExtensionPoint(wordsOf('p.words'), {});
    });
    expect(late.message).to.equal('registerExtensionPoint called after registerInit');
  });
});
