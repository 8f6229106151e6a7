import { expect } from 'chai';
import express, { Router } from 'express';
import { legacyPlugin, type PluginEnvironment } from 'backstage-forklift/legacy';
import { startBackend, stopBackends } from './start-backend';

const openAll = { auth: { allow: ['/'] } };

function helloRouter() {
  const router = Router();
  router.get('/hello', (_req, res) => void res.json({ hello: 'world' }));
  return router;
}

/** Starts one plugin with all its routes open. */
function startPlugin(createRouter: (env: PluginEnvironment) => any, options: object = openAll) {
  const module = Promise.resolve({ default: async (env: PluginEnvironment) => createRouter(env) });
  return startBackend([legacyPlugin('todo', module, options)]);
}

describe('legacyPlugin', () => {
  afterEach(stopBackends);

  it('serves the routes of an old plugin below /api/<id>', async () => {
    const backend = await startPlugin(helloRouter);
    expect(await backend.get('/api/todo/hello')).to.deep.equal({
      status: 200,
      body: { hello: 'world' },
    });
  });

  it('refuses requests without a token, unless a route is allowed', async () => {
    const backend = await startPlugin(
      () => {
        const router = helloRouter();
        router.get('/health', (_req, res) => void res.json({ status: 'ok' }));
        return router;
      },
      { auth: { allow: ['/health'] } },
    );
    expect((await backend.get('/api/todo/hello')).status).to.equal(401);
    expect((await backend.get('/api/todo/health')).status).to.equal(200);
  });

  it('opens routes by backend.auth.policies in the configuration', async () => {
    const plugin = legacyPlugin('todo', Promise.resolve({ default: async () => helloRouter() }));
    const policies = [{ plugin: 'todo', path: '/hello', allow: 'unauthenticated' }];
    const backend = await startBackend([plugin], { backend: { auth: { policies } } });
    expect((await backend.get('/api/todo/hello')).status).to.equal(200);
  });

  it('says at start which routes are guarded and which are open', async () => {
    const backend = await startPlugin(
      () => {
        const items = Router({ mergeParams: true }).get('/items', () => {});
        return helloRouter()
          .get('/health', () => {})
          .use('/lists/:list', items);
      },
      { auth: { allow: ['/hello'] } },
    );
    const logs = backend.logs.join('\n');
    expect(logs).to.contain(
      "info Mounted legacy plugin 'todo' at /api/todo: " +
        'GET /health, GET /lists/:list/items (guarded); GET /hello (open)',
    );
    expect(logs).to.match(/warn Legacy plugin 'todo': GET \/health needed no token in the old/);
  });

  it('answers errors with the whole path, as old backends did', async () => {
    const backend = await startPlugin(() =>
      Router().get('/broken', (_req, _res, next) => next(new Error('broken'))),
    );
    expect(await backend.get('/api/todo/broken')).to.deep.equal({
      status: 500,
      body: {
        error: { name: 'Error', message: 'broken' },
        request: { method: 'GET', url: '/api/todo/broken' },
        response: { statusCode: 500 },
      },
    });
  });

  describe('takes every shape of module', () => {
    const createRouter = async () => helloRouter();
    const shapes: Record<string, () => unknown> = {
      'a default export': () => ({ default: createRouter }),
      'a CommonJS module within a module': () => ({ default: { default: createRouter } }),
      'a named createRouter': () => ({ createRouter }),
      'a named createPlugin': () => ({ default: { createPlugin: createRouter } }),
      'a function that is not asynchronous': () => ({ default: helloRouter }),
      'a builder that returns { router }': () => ({
        default: async () => ({ router: helloRouter(), start: () => {} }),
      }),
      'a builder whose router is a promise': () => ({
        default: async () => ({ router: Promise.resolve(helloRouter()) }),
      }),
      'a promise of a router': () => ({ default: Promise.resolve(helloRouter()) }),
      'a promise of a function': () => ({ default: Promise.resolve(createRouter) }),
      'an express app': () => ({ default: async () => express().use(helloRouter()) }),
      'a router in place of a function': () => ({ default: helloRouter() }),
      'a bare request handler': () => ({
        default: async () => (_req: unknown, res: express.Response) =>
          void res.json({ hello: 'world' }),
      }),
      'a router of another copy of express': () => ({ default: async () => foreignRouter() }),
    };
    for (const [shape, makeModule] of Object.entries(shapes)) {
      it(shape, async () => {
        const module = Promise.resolve(makeModule() as any);
        const backend = await startBackend([legacyPlugin('todo', module, openAll)]);
        expect((await backend.get('/api/todo/hello')).body).to.deep.equal({ hello: 'world' });
      });
    }

    function foreignRouter() {
      const path = require.resolve('express');
      const cached = Object.entries(require.cache).filter(([file]) =>
        file.startsWith(path.replace(/index\.js$/, '')),
      );
      cached.forEach(([file]) => delete require.cache[file]);
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const other = require('express') as typeof express;
      cached.forEach(([file, loaded]) => (require.cache[file] = loaded));
      expect(other).to.not.equal(express);
      return other.Router().get('/hello', (_req, res) => void res.json({ hello: 'world' }));
    }
  });

  it('puts middlewares before the router and hands extra arguments to createRouter', async () => {
    const module = Promise.resolve({
      default: async (_env: PluginEnvironment, greeting: string) =>
        Router().get('/hello', (_req, res) => void res.json({ greeting })),
    });
    const plugin = legacyPlugin('todo', module, {
      ...openAll,
      args: ['bonjour'],
      middlewares: [(_req, res, next) => void next(res.setHeader('x-seen', 'yes') && undefined)],
    });
    const backend = await startBackend([plugin]);
    const response = await fetch(`${backend.url}/api/todo/hello`);
    expect(await response.json()).to.deep.equal({ greeting: 'bonjour' });
    expect(response.headers.get('x-seen')).to.equal('yes');
  });

  it('runs onShutdown when the backend stops', async () => {
    let isDown = false;
    await startPlugin(helloRouter, { onShutdown: () => void (isDown = true) });
    expect(isDown).to.equal(false);
    await stopBackends();
    expect(isDown).to.equal(true);
  });
});
