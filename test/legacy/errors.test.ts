import { createBackendPlugin, createServiceFactory, createServiceRef } from 'backstage-forklift';
import { legacyPlugin, makeLegacyPlugin } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import { createServer } from 'node:http';
import { startBackend, stopBackends } from './start-backend';

/** The message of a start that fails. */
async function failure(...features: any[]): Promise<string> {
  try {
    await startBackend(features);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The backend has started');
}

/** The message of a start with one plugin. */
const failureOf = (createRouter: unknown, options?: object) =>
  failure(legacyPlugin('todo', Promise.resolve({ default: createRouter }) as any, options));

describe('errors of legacyPlugin', () => {
  afterEach(stopBackends);

  it('name the plugin and the place of a module that can not be loaded', async () => {
    const module = Promise.reject(new Error("Cannot find module './plugins/todo'"));
    const message = await failure(legacyPlugin('todo', module));
    expect(message).to.match(
      /Legacy plugin 'todo' \(added at .*errors\.test\.ts:\d+:\d+\): its module could not be loaded; caused by Error: Cannot find module '\.\/plugins\/todo'/,
    );
  });

  it('list the exports of a module without createRouter', async () => {
    const module = Promise.resolve({ setup() {}, VERSION: 1 }) as any;
    expect(await failure(legacyPlugin('todo', module))).to.contain(
      "the module has no default export, createRouter or createPlugin function that takes the environment; it exports 'setup', 'VERSION'",
    );
  });

  it('tell plugins of the new system apart', async () => {
    const plugin = legacyPlugin('other', Promise.resolve({ default: async () => Router() }));
    const module = Promise.resolve({ default: plugin }) as any;
    expect(await failure(legacyPlugin('todo', module))).to.contain(
      'the module exports a plugin of the new system. Add it with backend.add(import(...))',
    );
  });

  it('ask for a list where one route is given', () => {
    const module = Promise.resolve({ default: async () => Router() });
    expect(() => legacyPlugin('todo', module, { auth: { allow: '/health' as any } })).to.throw(
      `its auth.allow must be a list of routes like ['/health'], not "/health"`,
    );
  });

  it('keep the cause of a createRouter that throws', async () => {
    const message = await failureOf(async () => {
      throw new TypeError('no token configured');
    });
    expect(message).to.contain('createRouter failed; caused by TypeError: no token configured');
  });

  it('name the keys that nobody supplies, when createRouter stumbles over them', async () => {
    const message = await failureOf(async (env: any) => env.catalogClient.getEntities());
    expect(message).to.contain(
      "It asked its environment for 'catalogClient', which nobody supplies",
    );
    expect(message).to.contain('makeLegacyPlugin({ catalogClient: serviceRef }, {})');
  });

  it('name the service that a key needs and the backend does not have', async () => {
    const message = await failureOf(async (env: any) => env.pluginProvider.plugins());
    expect(message).to.contain(
      "It asked its environment for 'pluginProvider' (this backend has no 'pluginProvider' service to make it from)",
    );
  });

  it('name the keys that nobody supplies, when a request stumbles over them', async () => {
    const module = Promise.resolve({
      default: async ({ catalogClient }: any) =>
        Router().get('/', (_req, res) => void res.json(catalogClient.getEntities())),
    });
    const backend = await startBackend([legacyPlugin('todo', module, { auth: { allow: ['/'] } })]);
    expect((await backend.get('/api/todo/')).body.error.name).to.equal('TypeError');
    expect(backend.logs.join('\n')).to.match(
      /warn Legacy plugin 'todo' failed with 'Cannot read properties of undefined \(reading 'getEntities'\)', and has asked its environment for 'catalogClient', which nobody supplies\. Supply it with makeLegacyPlugin/,
    );
  });

  it('warn of a key that is asked for after the start', async () => {
    const module = Promise.resolve({
      default: async (env: any) =>
        Router().get('/', (_req, res) => void res.json({ has: Boolean(env.catalogClient) })),
    });
    const backend = await startBackend([legacyPlugin('todo', module, { auth: { allow: ['/'] } })]);
    await backend.get('/api/todo/');
    await backend.get('/api/todo/');
    const warnings = backend.logs.filter(line => line.includes("'catalogClient', which nobody"));
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^warn Legacy plugin 'todo' asks its environment for/);
  });

  describe('name the key of a transform', () => {
    const service = createServiceRef<object>({
      id: 'test.service',
      defaultFactory: async ref =>
        createServiceFactory({ service: ref, deps: {}, factory: () => ({}) }),
    });
    const failureOfTransform = (transform: () => unknown, options?: object) => {
      const make = makeLegacyPlugin({ catalogApi: service }, { catalogApi: transform });
      return failure(make('todo', Promise.resolve({ default: async () => Router() }), options));
    };

    it('that throws', async () => {
      const message = await failureOfTransform(() => {
        throw new Error('no such host');
      });
      expect(message).to.match(
        /Legacy plugin 'todo' \(added at .*\): the transform of makeLegacyPlugin for the key 'catalogApi' failed; caused by Error: no such host/,
      );
    });

    it('that hangs', async () => {
      const options = { startTimeout: 50 };
      expect(await failureOfTransform(() => new Promise(() => {}), options)).to.contain(
        "the transform of makeLegacyPlugin for the key 'catalogApi' has not returned after 0.05 s",
      );
    });
  });

  it('end the wait for a createRouter that hangs', async () => {
    const message = await failureOf(() => new Promise(() => {}), { startTimeout: 50 });
    expect(message).to.contain('createRouter has not returned after 0.05 s');
  });

  it('end the wait for a module that is never loaded', async () => {
    const module = new Promise<never>(() => {});
    const message = await failure(legacyPlugin('todo', module, { startTimeout: 50 }));
    expect(message).to.contain('its module has not been loaded after 0.05 s');
  });

  it('describe what createRouter returned in place of a router', async () => {
    expect(await failureOf(async () => undefined)).to.contain('createRouter returned undefined.');
    expect(await failureOf(async () => 'router')).to.contain('returned the string "router".');
    expect(await failureOf(async () => null)).to.contain('createRouter returned null.');
    expect(await failureOf(async () => ({ processingEngine: 1 }))).to.contain(
      "createRouter returned an object with 'processingEngine'.",
    );
    expect(await failureOf(async () => createServer())).to.match(
      /createRouter returned an object with ('\w+', ){7}'\w+' and \d+ more\./,
    );
  });

  it('offer a valid id', () => {
    expect(() =>
      legacyPlugin('aws/ecs', Promise.resolve({ default: async () => Router() })),
    ).to.throw(
      /Legacy plugin 'aws\/ecs' .*Invalid pluginId 'aws\/ecs', must match the pattern.*legacyPlugin\('aws-ecs', ..., { path: '\/api\/aws\/ecs'/,
    );
  });

  it('reject allowed routes that are none', async () => {
    const message = await failureOf(async () => Router(), { auth: { allow: ['health'] } });
    expect(message).to.contain(`auth.allow has the entry "health". Its path must start with '/'`);
    const malformed = await failureOf(async () => Router(), { auth: { allow: ['/a('] } });
    expect(malformed).to.match(
      /Legacy plugin 'todo' .*auth\.allow has the entry "\/a\(". Its path is no pattern, TypeError/,
    );
  });

  it('name both plugins of one path', async () => {
    const module = Promise.resolve({ default: async () => Router() });
    const message = await failure(
      legacyPlugin('one', module, { path: '/status' }),
      legacyPlugin('two', module, { path: '/status' }),
    );
    expect(message).to.match(/Legacy plugin 'two' .*it can not be mounted at '\/status'/);
    expect(message).to.contain("Path /status is that of legacy plugin 'one'");
  });

  it('name both plugins of one path below a third', async () => {
    const module = Promise.resolve({ default: async () => Router() });
    const message = await failure(
      legacyPlugin('auth', module),
      legacyPlugin('one', module, { path: '/api/auth/coder' }),
      legacyPlugin('two', module, { path: '/api/Auth/coder/' }),
    );
    expect(message).to.match(/Legacy plugin 'two' .*can not be mounted at '\/api\/Auth\/coder'/);
    expect(message).to.contain("is that of legacy plugin 'one'");
  });

  it('name a path that belongs to another plugin', async () => {
    const module = Promise.resolve({ default: async () => Router() });
    const plugins = [
      legacyPlugin('one', module, { path: '/api/two' }),
      legacyPlugin('two', module),
    ];
    for (const features of [plugins, plugins.reverse()]) {
      const message = await failure(...features);
      expect(message).to.match(/Path \/api\/two is that of legacy plugin '(one|two)'/);
    }
  });

  it('name a path that belongs to a plugin of the new system', async () => {
    const module = Promise.resolve({ default: async () => Router() });
    const two = createBackendPlugin({
      pluginId: 'two',
      register: reg => reg.registerInit({ deps: {}, init: async () => {} }),
    });
    expect(await failure(legacyPlugin('one', module, { path: '/api/two' }), two)).to.match(
      /\/api\/two conflicts with the existing path/,
    );
  });

  it('name both places of one id', async () => {
    const module = Promise.resolve({ default: async () => Router() });
    const message = await failure(legacyPlugin('one', module), legacyPlugin('one', module));
    expect(message).to.contain("Plugin 'one' is already registered");
  });
});
