import { ConfigReader } from '@backstage/config';
import { AuthenticationError } from '@backstage/errors';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  type RootConfigService,
  type ServiceRef,
} from 'backstage-forklift';
import {
  bearerToken,
  CacheManager,
  createServiceBuilder,
  DatabaseManager,
  getVoidLogger,
  HostDiscovery,
  type LegacyIdentityService,
  ServerTokenManager,
  setRootLogger,
  toLegacyRouter,
  UrlReaders,
} from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const wordsExtensionPoint = createExtensionPoint<{ add(word: string): void }>({ id: 'todo.words' });

function todoPlugin(pluginId = 'todo') {
  return createBackendPlugin({
    pluginId,
    register(reg) {
      const words: string[] = [];
      reg.registerExtensionPoint(wordsExtensionPoint, { add: word => words.push(word) });
      reg.registerInit({
        deps: {
          httpRouter: coreServices.httpRouter,
          httpAuth: coreServices.httpAuth,
          database: coreServices.database,
          cache: coreServices.cache,
          logger: coreServices.logger,
        },
        async init({ httpRouter, httpAuth, database, cache, logger }) {
          const knex = await database.getClient();
          await knex.schema.createTable('words', table => table.string('word'));
          await knex('words').insert(words.map(word => ({ word })));
          await cache.set('greeting', 'hello');
          const router = Router();
          router.get(
            '/words',
            async (_req, res) => void res.json(await knex('words').pluck('word')),
          );
          router.get('/who', async (req, res) => {
            const { principal } = await httpAuth.credentials(req, { allow: ['service'] });
            res.json({ subject: principal.subject, greeting: await cache.get('greeting') });
          });
          httpRouter.use(router);
          httpRouter.addAuthPolicy({ path: '/words', allow: 'unauthenticated' });
          logger.info('todo is ready');
        },
      });
    },
  });
}

const wordsModule = createBackendModule({
  pluginId: 'todo',
  moduleId: 'words',
  register(reg) {
    reg.registerInit({
      deps: { words: wordsExtensionPoint },
      async init({ words }) {
        words.add('bonjour');
      },
    });
  },
});

/** The plugin todo with an init function of its own. */
function pluginOf<TDeps extends { [name in string]: ServiceRef<any, any> }>(
  deps: TDeps,
  init: (services: { [name in keyof TDeps]: TDeps[name]['T'] }) => Promise<void>,
) {
  return createBackendPlugin({
    pluginId: 'todo',
    register: reg => reg.registerInit({ deps, init: services => init(services as any) }),
  });
}

describe('toLegacyRouter', () => {
  let server: Server | undefined;

  function createEnv() {
    const logger = getVoidLogger();
    setRootLogger(logger);
    const config: RootConfigService = new ConfigReader({
      backend: { baseUrl: 'http://localhost:7007', auth: { keys: [{ secret: 'c2VjcmV0' }] } },
    });
    return {
      logger,
      config,
      discovery: HostDiscovery.fromConfig(config),
      database: DatabaseManager.fromConfig(config).forPlugin('todo'),
      cache: CacheManager.fromConfig(config).forPlugin('todo'),
      reader: UrlReaders.default({ config, logger }),
      tokenManager: ServerTokenManager.fromConfig(config, { logger }),
    };
  }

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  /** The routes in an old backend, below /api/todo. */
  async function serve(router: Router): Promise<string> {
    server = await createServiceBuilder(module)
      .setPort(0)
      .setHost('localhost')
      .addRouter('/api/todo', router)
      .start();
    return `http://localhost:${(server.address() as AddressInfo).port}/api/todo`;
  }

  it('runs a new plugin with its modules in an old backend', async () => {
    const env = createEnv();
    const router = await toLegacyRouter(
      [Promise.resolve({ default: todoPlugin() }), wordsModule],
      env,
    );
    const url = await serve(router);

    expect(await (await fetch(`${url}/words`)).json()).to.deep.equal(['bonjour']);
    const refused = await fetch(`${url}/who`);
    expect(refused.status).to.equal(401);
    const { token } = await env.tokenManager.getToken();
    const who = await fetch(`${url}/who`, { headers: { authorization: `Bearer ${token}` } });
    expect(await who.json()).to.deep.equal({
      subject: 'external:backstage-plugin',
      greeting: 'hello',
    });
    const knex = await env.database.getClient();
    expect(await knex('words').pluck('word')).to.deep.equal(['bonjour']);
    await knex.destroy();
  });

  it('rejects when the plugin does not start', async () => {
    const failing = createBackendPlugin({
      pluginId: 'todo',
      register(reg) {
        reg.registerInit({
          deps: {},
          async init() {
            throw new Error('no token configured');
          },
        });
      },
    });
    const error = await toLegacyRouter(failing, createEnv()).catch(failure => failure);
    expect(error.message).to.contain("Plugin 'todo' startup failed; caused by Error: no token");
  });

  it('gives users a cookie for what browsers load by themselves', async () => {
    const images = pluginOf({ httpRouter: coreServices.httpRouter }, async ({ httpRouter }) => {
      httpRouter.use(Router().get('/:name', (req, res) => void res.json(req.params.name)));
      httpRouter.addAuthPolicy({ path: '/image', allow: 'user-cookie' });
    });
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const claims = { aud: 'backstage', sub: 'user:default/ada', exp };
    const token = `${encode({})}.${encode(claims)}.x`;
    const identity: LegacyIdentityService = {
      async getIdentity({ request }) {
        if (bearerToken(request) !== token) throw new AuthenticationError('no such token');
        const { sub: userEntityRef } = claims;
        return { token, identity: { type: 'user', userEntityRef, ownershipEntityRefs: [] } };
      },
    };
    const url = await serve(await toLegacyRouter(images, { ...createEnv(), identity }));
    const get = async (path: string, headers: object) =>
      fetch(url + path, { headers: headers as Record<string, string> });

    const signIn = await get('/.backstage/auth/v1/cookie', { authorization: `Bearer ${token}` });
    const [cookie] = signIn.headers.getSetCookie();
    expect(cookie).to.match(/^backstage-auth=.*HttpOnly/);
    const statusOf = async (path: string, headers: object) => (await get(path, headers)).status;
    expect(await statusOf('/image', { cookie: cookie.split(';')[0] })).to.equal(200);
    expect(await statusOf('/other', { cookie: cookie.split(';')[0] })).to.equal(401);
    expect(await statusOf('/image', { cookie: 'backstage-auth=a.b.c' })).to.equal(401);
    expect(await statusOf('/image', {})).to.equal(401);
  });

  it('opens routes by backend.auth.policies', async () => {
    const env = createEnv();
    const policies = [{ plugin: 'todo', path: '/nothing', allow: 'unauthenticated' }];
    const config = new ConfigReader({
      backend: { ...env.config.get<object>('backend'), auth: { policies } },
    });
    const url = await serve(await toLegacyRouter([todoPlugin(), wordsModule], { ...env, config }));
    expect((await fetch(`${url}/nothing`)).status).to.equal(404);
    expect((await fetch(`${url}/who`)).status).to.equal(401);
    await (await env.database.getClient()).destroy();
  });

  it('has the services of the root', async () => {
    const deps = {
      health: coreServices.rootHealth,
      lifecycle: coreServices.rootLifecycle,
      logger: coreServices.rootLogger,
      metadata: coreServices.rootInstanceMetadata,
      urlReader: coreServices.urlReader,
      scheduler: coreServices.scheduler,
      permissions: coreServices.permissions,
    };
    let installed: unknown;
    const plugin = pluginOf(deps, async ({ metadata, lifecycle }) => {
      lifecycle.addShutdownHook(() => {});
      installed = await metadata.getInstalledPlugins();
    });
    await toLegacyRouter(plugin, createEnv());
    expect(installed).to.deep.equal([{ pluginId: 'todo', modules: [] }]);
  });

  it('says where else to mount what a plugin mounts beside its routes', async () => {
    const plugin = pluginOf({ root: coreServices.rootHttpRouter }, async ({ root }) => {
      root.use('/metrics', Router());
    });
    const error = await toLegacyRouter(plugin, createEnv()).catch(failure => failure);
    expect(error.message).to.contain(
      "The path '/metrics' can not be mounted by a plugin in an old backend. Mount it in index.ts",
    );
  });

  it('wants a plugin beside its modules', async () => {
    for (const features of [[], [wordsModule]]) {
      const error = await toLegacyRouter(features, createEnv()).catch(failure => failure);
      expect(error.message).to.contain('was given no plugin. Add it to the list');
    }
  });

  it('names what the environment lacks', async () => {
    const { logger } = createEnv();
    for (const [env, keys] of [
      [undefined, "'logger', 'config', 'discovery'"],
      [{ logger }, "'config', 'discovery'"],
    ]) {
      const error = await toLegacyRouter(todoPlugin(), env as any).catch(failure => failure);
      expect(error.name).to.equal('InputError');
      expect(error.message).to.contain(
        `that createEnv makes as second argument; it has no ${keys}`,
      );
    }
  });

  it('takes one plugin at a time', async () => {
    const plain = (pluginId: string) =>
      createBackendPlugin({
        pluginId,
        register: reg => reg.registerInit({ deps: {}, init: async () => {} }),
      });
    const error = await toLegacyRouter([plain('one'), plain('two')], createEnv()).catch(f => f);
    expect(error.message).to.contain("was given 'one' and 'two'. Call it once for each");
  });
});
