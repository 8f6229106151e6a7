import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { coreServices, createBackendPlugin } from 'backstage-forklift';
import { legacyPlugin, type PluginEnvironment } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import { startBackend, stopBackends } from './start-backend';

const open = { auth: { allow: ['/'] } };

/** A plugin file whose router answers `GET /hello` with a name. */
function answering(name: string) {
  return Promise.resolve({
    default: async (_env: PluginEnvironment) =>
      Router().get('/hello', (_req, res) => void res.json({ name })),
  });
}

describe('a legacy plugin with a path of its own', () => {
  afterEach(stopBackends);

  it('is served outside of /api, guarded unless its routes are allowed', async () => {
    const backend = await startBackend([
      legacyPlugin('metrics', answering('metrics'), { path: '/metrics', ...open }),
      legacyPlugin('about', answering('about'), { path: '/about/' }),
    ]);
    expect((await backend.get('/metrics/hello')).body).to.deep.equal({ name: 'metrics' });
    expect(await backend.get('/about/hello')).to.deep.include({ status: 401 });
  });

  it('is served below its own path', async () => {
    const backend = await startBackend([
      legacyPlugin('todo', answering('todo'), {
        path: '/api/todo/v2',
        auth: { allow: ['/hello'] },
      }),
    ]);
    expect((await backend.get('/api/todo/v2/hello')).body).to.deep.equal({ name: 'todo' });
    expect((await backend.get('/api/todo/hello')).status).to.equal(401);
  });

  it('is served under a nested path when no plugin has the parent', async () => {
    const backend = await startBackend([
      legacyPlugin('aws-ecs', answering('ecs'), { path: '/api/aws/ecs', ...open }),
    ]);
    expect((await backend.get('/api/aws/ecs/hello')).body).to.deep.equal({ name: 'ecs' });
  });

  it('is served below the path of another plugin, whichever style that has', async () => {
    const parent = createBackendPlugin({
      pluginId: 'auth',
      register(reg) {
        reg.registerInit({
          deps: { httpRouter: coreServices.httpRouter },
          async init({ httpRouter }) {
            httpRouter.use(
              Router().get('/:provider/hello', (_req, res) => void res.json({ name: 'auth' })),
            );
            httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          },
        });
      },
    });
    const backend = await startBackend([
      parent,
      legacyPlugin('auth-coder', answering('coder'), { path: '/api/auth/coder', ...open }),
      legacyPlugin('badges', answering('badges'), open),
      legacyPlugin('badges-shapes', answering('shapes'), { path: '/api/badges/shapes' }),
    ]);
    expect((await backend.get('/api/auth/coder/hello')).body).to.deep.equal({ name: 'coder' });
    expect((await backend.get('/api/auth/github/hello')).body).to.deep.equal({ name: 'auth' });
    expect((await backend.get('/api/badges/hello')).body).to.deep.equal({ name: 'badges' });
    expect((await backend.get('/api/badges/shapes/hello')).body).to.deep.equal({ name: 'shapes' });
  });

  it('is the front end when its path is the root', async () => {
    const backend = await startBackend([legacyPlugin('app', answering('app'), { path: '' })]);
    expect((await backend.get('/hello')).body).to.deep.equal({ name: 'app' });
    expect((await backend.get('/api/nothing')).status).to.equal(404);
  });

  it('serves several routers of one module, each under its path', async () => {
    const module = Promise.resolve({
      default: async () => ({
        router: Router().get('/hello', (_req, res) => void res.json({ name: 'catalog' })),
        hooks: Router().get('/hello', (_req, res) => void res.json({ name: 'hooks' })),
      }),
    });
    const backend = await startBackend([
      legacyPlugin('catalog', module, {
        routers: { router: '/api/catalog', hooks: '/api/catalog-hooks' },
        ...open,
      }),
    ]);
    expect((await backend.get('/api/catalog/hello')).body).to.deep.equal({ name: 'catalog' });
    expect((await backend.get('/api/catalog-hooks/hello')).body).to.deep.equal({ name: 'hooks' });
  });

  it('serves several routers, also below other plugins', async () => {
    const module = Promise.resolve({
      default: async () => ({
        one: Router().get('/hello', (_req, res) => void res.json({ name: 'one' })),
        two: Router().get('/hello', (_req, res) => void res.json({ name: 'two' })),
      }),
    });
    const backend = await startBackend([
      legacyPlugin('hooks', module, {
        routers: { one: '/api/catalog/hooks/one', two: '/api/catalog/hooks/two' },
        ...open,
      }),
      legacyPlugin('catalog', answering('catalog')),
    ]);
    expect((await backend.get('/api/catalog/hooks/one/hello')).body).to.deep.equal({ name: 'one' });
    expect((await backend.get('/api/catalog/hooks/two/hello')).body).to.deep.equal({ name: 'two' });
    expect((await backend.get('/api/catalog/hello')).status).to.equal(401);
  });

  it('serves nothing when it only starts something', async () => {
    const started: string[] = [];
    const module = Promise.resolve({
      default: async (env: PluginEnvironment) => void started.push(env.config.getString('title')),
    });
    await startBackend([legacyPlugin('sync', module, { routers: {} })], { title: 'Notes' });
    expect(started).to.deep.equal(['Notes']);
  });

  it('has its routes opened by configuration wherever it is', async () => {
    const policies = [
      { plugin: 'coder', path: '/hello', allow: 'unauthenticated' },
      { plugin: 'shapes', path: '*', allow: 'unauthenticated' },
      { plugin: 'about', path: '/hello', allow: 'unauthenticated' },
    ];
    const backend = await startBackend(
      [
        legacyPlugin('auth', answering('auth')),
        legacyPlugin('coder', answering('coder'), { path: '/api/auth/coder' }),
        legacyPlugin('shapes', answering('shapes'), { path: '/api/auth/shapes' }),
        legacyPlugin('about', answering('about'), { path: '/about' }),
      ],
      { backend: { auth: { policies } } },
    );
    for (const path of ['/api/auth/coder/hello', '/api/auth/shapes/hello', '/about/hello']) {
      expect((await backend.get(path)).status, path).to.equal(200);
    }
    for (const path of ['/api/auth/hello', '/api/auth/coder/other', '/about/other']) {
      expect((await backend.get(path)).status, path).to.equal(401);
    }
  });

  it('leaves the root to the plugin app', () => {
    expect(() => legacyPlugin('portal', answering('portal'), { path: '' })).to.throw(
      "the root path belongs to the plugin 'app'",
    );
  });
});

describe('a legacy plugin with another env id', () => {
  let directory: string;
  let config: object;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'forklift-env-id-'));
    const database = { client: 'better-sqlite3', connection: { directory } };
    config = { backend: { database } };
  });

  afterEach(async () => {
    await stopBackends();
    rmSync(directory, { recursive: true });
  });

  /** A plugin file that hands out its environment and answers with the file of its database. */
  function storing() {
    const module = Promise.resolve({
      env: undefined as unknown as PluginEnvironment,
      async default(env: PluginEnvironment) {
        (await module).env = env;
        env.logger.info('here');
        const knex = await env.database.getClient();
        return Router().get('/file', (_req, res, next) => {
          knex.raw('pragma database_list').then(([{ file }]) => res.json(basename(file)), next);
        });
      },
    });
    return module;
  }

  it('keeps the database, cache, tasks and log label of the env id', async () => {
    const module = storing();
    const backend = await startBackend(
      [
        legacyPlugin('tech-insights', module, { envId: 'tech_insights', ...open }),
        legacyPlugin('tech-insights-ui', answering('ui'), { envId: 'tech_insights', ...open }),
      ],
      config,
    );
    expect((await backend.get('/api/tech-insights/file')).body).to.equal('tech_insights.sqlite');
    expect(backend.logs.find(line => line.startsWith('info here'))).to.contain(
      '"plugin":"tech_insights"',
    );
    const { token } = await (await module).env.tokenManager.getToken();
    const claims = JSON.parse(String(Buffer.from(token.split('.')[1], 'base64url')));
    expect(claims.sub).to.equal('tech-insights');
  });

  it('shares the data of a plugin that has the env id, whichever style that has', async () => {
    const native = createBackendPlugin({
      pluginId: 'badges',
      register(reg) {
        reg.registerInit({
          deps: { database: coreServices.database },
          init: async ({ database }) =>
            (await database.getClient()).schema.createTable('badges', table => table.string('id')),
        });
      },
    });
    const hooks = legacyPlugin('catalog-hooks', storing(), { envId: 'catalog', ...open });
    const shapes = storing();
    const backend = await startBackend(
      [
        hooks,
        legacyPlugin('catalog', storing(), open),
        legacyPlugin('badge-shapes', shapes, { envId: 'badges', ...open }),
        native,
      ],
      config,
    );
    for (const [plugin, file] of [
      ['catalog', 'catalog.sqlite'],
      ['catalog-hooks', 'catalog.sqlite'],
      ['badge-shapes', 'badges.sqlite'],
    ]) {
      expect((await backend.get(`/api/${plugin}/file`)).body).to.equal(file);
    }
    const knex = await (await shapes).env.database.getClient();
    expect(await knex.schema.hasTable('badges')).to.equal(true);
  });

  it('ends the wait for the data of a plugin that is not started', async () => {
    const [one, two] = [answering('one'), answering('two')].map(each =>
      legacyPlugin('catalog', each),
    );
    const options = { envId: 'catalog', startTimeout: 50 };
    const hooks = legacyPlugin('catalog-hooks', storing(), options);
    const error = await startBackend([hooks, one, two], config).catch(failure => failure);
    expect(error.message).to.contain("Plugin 'catalog' is already registered");
    expect(error.message).to.contain(
      "the services of the plugin 'catalog', whose data it has, are not there after 0.05 s",
    );
  });
});
