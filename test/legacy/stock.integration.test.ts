import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { coreServices, createBackendPlugin, type Backend } from 'backstage-forklift';
import { legacyPlugin, makeLegacyPlugin, type PluginEnvironment } from 'backstage-forklift/legacy';
import { mockServices } from 'backstage-forklift/testing';
import { expect } from 'chai';
import Router from 'express-promise-router';
import { spy, type SinonSpy } from 'sinon';
import { freePort } from './start-backend';

const stock = createRequire(join(__dirname, '../interop/package.json'));
const open = { auth: { allow: ['/'] } };

/** A plugin file that answers `GET /hello` with a name. */
function answering(name: string) {
  return Promise.resolve({
    default: async () => Router().get('/hello', (_req, res) => void res.json(name)),
  });
}

/** A plugin file that tells which file its database is, and calls what it is told with a token of its own. */
const storing = Promise.resolve({
  async default({ database, tokenManager }: PluginEnvironment) {
    const knex = await database.getClient();
    const router = Router();
    router.get('/file', async (_req, res) => {
      const [{ file }] = await knex.raw('pragma database_list');
      res.json(basename(file));
    });
    router.get('/call', async (req, res) => {
      const { token } = await tokenManager.getToken();
      const headers = { authorization: `Bearer ${token}` };
      res.json(await (await fetch(String(req.query.url), { headers })).json());
    });
    return router;
  },
});

/** A plugin of the new system that keeps a table, and says who calls. */
const badges = createBackendPlugin({
  pluginId: 'badges',
  register(reg) {
    const { database, httpAuth, httpRouter } = coreServices;
    reg.registerInit({
      deps: { database, httpAuth, httpRouter },
      async init(services) {
        const knex = await services.database.getClient();
        await knex.schema.createTable('badges', table => table.string('id'));
        services.httpRouter.use(
          Router().get('/caller', async (req, res) => {
            const { principal } = await services.httpAuth.credentials(req, { allow: ['service'] });
            res.json(principal.subject);
          }),
        );
      },
    });
  },
});

describe('legacyPlugin in the backend of stock Backstage', () => {
  const directory = mkdtempSync(join(tmpdir(), 'forklift-stock-'));
  let pools: SinonSpy;
  let backend: Backend;
  let url: string;

  before(async function start() {
    this.timeout(60_000);
    // Stock Backstage leaves its databases open until the process ends.
    pools = spy(stock('knex').Client.prototype, 'initializePool');
    const port = await freePort();
    url = `http://localhost:${port}`;
    backend = stock('@backstage/backend-defaults').createBackend() as Backend;
    const data = {
      app: { baseUrl: 'http://localhost:3000' },
      backend: {
        baseUrl: url,
        listen: { host: 'localhost', port },
        database: { client: 'better-sqlite3', connection: { directory } },
        auth: { policies: [{ plugin: 'coder', path: '/hello', allow: 'unauthenticated' }] },
      },
    };
    backend.add(mockServices.rootConfig.factory({ data }));
    backend.add(mockServices.rootLogger.factory());
    backend.add(badges);
    backend.add(legacyPlugin('badge-shapes', storing, { envId: 'badges', ...open }));
    backend.add(legacyPlugin('tech-insights', storing, { envId: 'tech_insights', ...open }));
    backend.add(legacyPlugin('insights-ui', storing, { envId: 'tech_insights', ...open }));
    backend.add(legacyPlugin('guarded', answering('guarded')));
    backend.add(legacyPlugin('metrics', answering('metrics'), { path: '/metrics', ...open }));
    backend.add(legacyPlugin('coder', answering('coder'), { path: '/api/badges/coder' }));
    const withKeys = makeLegacyPlugin(
      { discovery: coreServices.discovery },
      { discovery: async discovery => discovery.getBaseUrl('badges') },
    );
    const two = Promise.resolve({
      default: async (env: { discovery: string }) => ({
        one: Router().get('/hello', (_req, res) => void res.json(env.discovery)),
        two: Router().get('/hello', (_req, res) => void res.json('two')),
      }),
    });
    const routers = { one: '/api/pair', two: '/api/badges/pair' };
    backend.add(withKeys('pair', two, { routers, ...open }));
    await backend.start();
  });

  after(async () => {
    await backend?.stop();
    pools.restore();
    await Promise.all(pools.thisValues.map(client => client.destroy()));
    rmSync(directory, { recursive: true });
  });

  async function get(path: string) {
    const response = await fetch(url + path);
    return { status: response.status, body: (await response.json()) as unknown };
  }

  it('mounts routers wherever they were, open by code or by configuration', async () => {
    for (const [path, body] of [
      ['/metrics/hello', 'metrics'],
      ['/api/badges/coder/hello', 'coder'],
      ['/api/badges/pair/hello', 'two'],
    ]) {
      expect(await get(path), path).to.deep.equal({ status: 200, body });
    }
    expect((await get('/api/guarded/hello')).status).to.equal(401);
    expect((await get('/api/badges/caller')).status).to.equal(401);
  });

  it('keeps the data of the env id, also when another plugin has that id', async () => {
    for (const [plugin, file] of [
      ['badge-shapes', 'badges.sqlite'],
      ['tech-insights', 'tech_insights.sqlite'],
      ['insights-ui', 'tech_insights.sqlite'],
    ]) {
      expect((await get(`/api/${plugin}/file`)).body, plugin).to.equal(file);
    }
  });

  it('makes keys of the environment from services', async () => {
    expect((await get('/api/pair/hello')).body).to.equal(`${url}/api/badges`);
  });

  it('calls other plugins with tokens, with no keys configured', async () => {
    const query = new URLSearchParams({ url: `${url}/api/badges/caller` });
    expect((await get(`/api/tech-insights/call?${query}`)).body).to.equal('plugin:tech-insights');
  });
});
