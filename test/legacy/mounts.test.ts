import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('leaves the root to the plugin app', () => {
    expect(() => legacyPlugin('portal', answering('portal'), { path: '' })).to.throw(
      "the root path belongs to the plugin 'app'",
    );
  });
});

describe('a legacy plugin with another env id', () => {
  afterEach(stopBackends);

  it('keeps the database, cache, tasks and log label of the env id', async () => {
    let env!: PluginEnvironment;
    const module = Promise.resolve({
      default: async (given: PluginEnvironment) => {
        env = given;
        const knex = await given.database.getClient();
        const [{ file }] = await knex.raw('pragma database_list');
        given.logger.info('here');
        return Router().get('/file', (_req, res) => void res.json({ file }));
      },
    });
    const directory = mkdtempSync(join(tmpdir(), 'forklift-env-id-'));
    const backend = await startBackend(
      [
        legacyPlugin('tech-insights', module, { envId: 'tech_insights', ...open }),
        legacyPlugin('tech-insights-ui', answering('ui'), { envId: 'tech_insights', ...open }),
      ],
      { backend: { database: { client: 'better-sqlite3', connection: { directory } } } },
    );
    const { body } = await backend.get('/api/tech-insights/file');
    expect(body.file).to.match(/\/tech_insights\.sqlite$/);
    expect(backend.logs.find(line => line.startsWith('info here'))).to.contain(
      '"plugin":"tech_insights"',
    );
    const { token } = await env.tokenManager.getToken();
    const claims = JSON.parse(String(Buffer.from(token.split('.')[1], 'base64url')));
    expect(claims.sub).to.equal('tech-insights');
    await stopBackends();
    rmSync(directory, { recursive: true });
  });
});
