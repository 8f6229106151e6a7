import { ConfigReader } from '@backstage/config';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  type RootConfigService,
} from 'backstage-forklift';
import {
  CacheManager,
  createServiceBuilder,
  DatabaseManager,
  getVoidLogger,
  HostDiscovery,
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

  it('runs a new plugin with its modules in an old backend', async () => {
    const env = createEnv();
    const router = await toLegacyRouter(
      [Promise.resolve({ default: todoPlugin() }), wordsModule],
      env,
    );
    server = await createServiceBuilder(module)
      .setPort(0)
      .setHost('localhost')
      .addRouter('/api/todo', router)
      .start();
    const url = `http://localhost:${(server.address() as AddressInfo).port}/api/todo`;

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
