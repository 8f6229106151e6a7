import { expect } from 'chai';
import { startEdge, type Edge } from '../root-http-router/support/start-edge';

describe('auth policies', () => {
  let edge: Edge | undefined;
  afterEach(async () => {
    await edge?.stop();
    edge = undefined;
  });

  async function start(
    policies: object[],
    inCode: Array<{ path: string; allow: 'unauthenticated' | 'user-cookie' }> = [],
  ) {
    edge = await startEdge({
      config: { backend: { auth: { policies } } },
      plugins: Object.fromEntries(
        ['catalog', 'other'].map(pluginId => [
          pluginId,
          routes => {
            routes.use((req, res) => void res.json({ pluginId, path: req.path }));
            inCode.forEach(policy => routes.addAuthPolicy(policy));
          },
        ]),
      ),
    });
    return edge;
  }
  const status = async (path: string, token?: string) => {
    const headers = token ? { authorization: `Bearer ${token}` } : undefined;
    const response = await fetch(`${edge!.url}/api${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  const startFailure = (policies: object) =>
    start(policies as object[]).then(
      () => expect.fail('started'),
      error => error.message,
    );

  it('come from the configuration, for one plugin and path', async () => {
    await start([
      { plugin: 'catalog', path: '/entities', allow: 'unauthenticated' },
      { plugin: 'catalog', path: '/docs/:name/file', allow: 'user-cookie' },
    ]);
    expect(await status('/catalog/entities')).to.equal(200);
    expect(await status('/catalog/entities/by-name')).to.equal(200);
    expect(await status('/catalog/entitiesx')).to.equal(401);
    expect(await status('/catalog/locations')).to.equal(401);
    expect(await status('/other/entities')).to.equal(401);
    expect(await status('/catalog/docs/a/file', 'limited')).to.equal(200);
    expect(await status('/catalog/docs/a/b/file', 'limited')).to.equal(401);
    expect(await status('/catalog/docs/a/file')).to.equal(401);
  });

  it('add to those that the plugin has in code', async () => {
    await start(
      [{ plugin: 'catalog', path: '/configured', allow: 'unauthenticated' }],
      [{ path: '/in-code', allow: 'unauthenticated' }],
    );
    expect(await status('/catalog/configured')).to.equal(200);
    expect(await status('/catalog/in-code')).to.equal(200);
    expect(await status('/catalog/neither')).to.equal(401);
  });

  it("open a whole plugin with the path '/' or '*'", async () => {
    await start([
      { plugin: 'catalog', path: '/', allow: 'unauthenticated' },
      { plugin: 'other', path: '*', allow: 'user-cookie' },
    ]);
    expect(await status('/catalog/anything')).to.equal(200);
    expect(await status('/other/anything')).to.equal(401);
    expect(await status('/other/anything', 'limited')).to.equal(200);
  });

  it('are listed when the backend has started', async () => {
    const { logger } = await start(
      [{ plugin: 'catalog', path: '/', allow: 'unauthenticated' }],
      [{ path: '/static', allow: 'user-cookie' }],
    );
    expect(logger.messages('info')).to.include(
      'Routes open to everyone: /api/catalog; to users by cookie: /api/catalog/static, /api/other/static; all other routes of plugins need a token',
    );
  });

  it('for plugins that are not there are named', async () => {
    const { logger } = await start([{ plugin: 'catalgo', path: '/', allow: 'unauthenticated' }]);
    expect(logger.messages('info')).to.include(
      'backend.auth.policies names plugins that this backend does not have: catalgo',
    );
    expect(logger.messages('info').join()).to.include(
      'Routes open to everyone: none; to users by cookie: none; all other routes',
    );
  });

  it('have no effect when the default policy is disabled, which is said at the start', async () => {
    edge = await startEdge({
      config: { backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } } },
      plugins: {
        catalog(routes) {
          routes.use((_req, res) => void res.send('open'));
          routes.addAuthPolicy({ path: '/a', allow: 'user-cookie' });
        },
      },
    });
    expect(await status('/catalog/b')).to.equal(200);
    expect(edge.logger.messages('warn')).to.deep.equal([
      'All routes are open to everyone, because of backend.auth.dangerouslyDisableDefaultAuthPolicy',
    ]);
  });

  it('are listed in part when they are many', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      path: `/p${i}`,
      allow: 'unauthenticated' as const,
    }));
    const { logger } = await start([], many);
    expect(logger.messages('info').join()).to.match(
      /Routes open to everyone: \/api\/catalog\/p0, .* and 70 more; to users by cookie: none;/,
    );
  });

  it('that are malformed keep the backend from starting, and are named', async () => {
    const good = { plugin: 'catalog', path: '/a', allow: 'unauthenticated' };
    const bad: { [message in string]: object } = {
      "Invalid value 'everyone' in backend.auth.policies[1].allow, expected 'unauthenticated' or 'user-cookie'":
        { ...good, allow: 'everyone' },
      "Invalid path 'entities' in backend.auth.policies[1].path, expected a path below the plugin like '/items/:id', or '*'":
        { ...good, path: 'entities' },
      "Invalid path '/a(' in backend.auth.policies[1].path, ": { ...good, path: '/a(' },
      "Missing required config value at 'backend.auth.policies[1].plugin'": {
        ...good,
        plugin: undefined,
      },
      "Invalid type in config for key 'backend.auth.policies[1].path' in 'mock-config', got object, wanted string":
        { ...good, path: {} },
    };
    for (const [message, entry] of Object.entries(bad)) {
      expect(await startFailure([good, entry])).to.include(message);
    }
    expect(await startFailure({ catalog: '/a' })).to.include("'backend.auth.policies'");
  });

  it('in code that are malformed are refused', async () => {
    await start([]);
    const { logger } = edge!;
    await startEdge({
      plugins: {
        bad(routes) {
          expect(() => routes.addAuthPolicy({ path: '/x', allow: 'all' as never })).to.throw(
            "Invalid auth policy 'all' for path '/x', expected 'unauthenticated' or 'user-cookie'",
          );
          expect(() => routes.addAuthPolicy({ path: '/(', allow: 'unauthenticated' })).to.throw();
        },
      },
    }).then(other => other.stop());
    expect(logger.messages('error')).to.deep.equal([]);
  });
});
