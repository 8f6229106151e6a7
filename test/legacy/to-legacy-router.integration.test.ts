import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
} from 'backstage-forklift';
import { toLegacyRouter } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import Router from 'express-promise-router';
import sinon from 'sinon';

const old = createRequire(join(__dirname, '../../examples/legacy-portal/package.json'));

/** Old schedulers have no other end. */
const tasks = new AbortController();

const wordsExtensionPoint = createExtensionPoint<{ add(word: string): void }>({ id: 'todo.words' });

const todoPlugin = createBackendPlugin({
  pluginId: 'todo',
  register(reg) {
    const words: string[] = [];
    reg.registerExtensionPoint(wordsExtensionPoint, { add: word => words.push(word) });
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        cache: coreServices.cache,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, cache, database, httpAuth, httpRouter, scheduler }) {
        const knex = await database.getClient();
        await knex.schema.createTable('words', table => table.string('word'));
        await knex('words').insert(words.map(word => ({ word })));
        await scheduler.scheduleTask({
          id: 'greet',
          frequency: { hours: 1 },
          timeout: { minutes: 1 },
          signal: tasks.signal,
          fn: () => cache.set('greeting', 'hello'),
        });

        const router = Router();
        router.get('/words', async (_req, res) => void res.json(await knex('words').pluck('word')));
        router.get(
          '/greeting',
          async (_req, res) => void res.json({ greeting: (await cache.get('greeting')) ?? null }),
        );
        router.get('/who', async (req, res) => {
          const credentials = await httpAuth.credentials(req, { allow: ['service'] });
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: credentials,
            targetPluginId: 'catalog',
          });
          res.json({ subject: credentials.principal.subject, token });
        });
        httpRouter.use(router);
        httpRouter.addAuthPolicy({ path: '/words', allow: 'unauthenticated' });
        httpRouter.addAuthPolicy({ path: '/greeting', allow: 'unauthenticated' });
      },
    });
  },
});

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

/** The environment that an `index.ts` on backend-common 0.25.0 and backend-tasks makes for a plugin. */
function createOldEnv() {
  const common = old('@backstage/backend-common');
  const { UrlReaders } = old('@backstage/backend-defaults/urlReader');
  const { TaskScheduler } = old('@backstage/backend-tasks');
  const { DefaultIdentityClient } = old('@backstage/plugin-auth-node');
  const { ServerPermissionClient } = old('@backstage/plugin-permission-node');
  const config = new ConfigReader({
    backend: {
      baseUrl: 'http://localhost:7007',
      listen: { port: 0, host: 'localhost' },
      database: { client: 'better-sqlite3', connection: ':memory:' },
      auth: { keys: [{ secret: 'YW4gb2xkIHNlY3JldA==' }] },
    },
  });
  const logger = common.getVoidLogger();
  common.setRootLogger(logger);
  const discovery = common.HostDiscovery.fromConfig(config);
  const databaseManager = common.DatabaseManager.fromConfig(config, { logger });
  const tokenManager = common.ServerTokenManager.fromConfig(config, { logger });
  return {
    logger,
    config,
    discovery,
    tokenManager,
    database: databaseManager.forPlugin('todo'),
    cache: common.CacheManager.fromConfig(config).forPlugin('todo'),
    reader: UrlReaders.default({ config, logger }),
    scheduler: TaskScheduler.fromConfig(config, { databaseManager, logger }).forPlugin('todo'),
    identity: DefaultIdentityClient.create({ discovery }),
    permissions: ServerPermissionClient.fromConfig(config, { discovery, tokenManager }),
  };
}

describe('toLegacyRouter in a backend of backend-common 0.25.0', () => {
  const env = createOldEnv();
  let server: Server;
  let url: string;

  before(async () => {
    // Old token managers have a timer that nobody can stop: it must not keep the process.
    const { setTimeout: original } = globalThis;
    sinon
      .stub(globalThis, 'setTimeout')
      .callsFake(((...args: Parameters<typeof original>) => original(...args).unref()) as any);
    const { createServiceBuilder, notFoundHandler } = old('@backstage/backend-common');
    const router = await toLegacyRouter([todoPlugin, wordsModule], env);
    const apiRouter = Router().use('/todo', router).use(notFoundHandler());
    server = await createServiceBuilder(module)
      .loadConfig(env.config)
      .setPort(0)
      .addRouter('/api', apiRouter)
      .start();
    url = `http://localhost:${(server.address() as AddressInfo).port}/api/todo`;
  });

  after(async () => {
    sinon.restore();
    tasks.abort();
    server.closeAllConnections();
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
    await (await env.database.getClient()).destroy();
  });

  async function get(path: string, token?: string) {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(url + path, { headers });
    return { status: response.status, body: (await response.json()) as any };
  }

  it('serves the routes of a new plugin and its modules from the database of the old backend', async () => {
    expect(await get('/words')).to.deep.equal({ status: 200, body: ['bonjour'] });
    const knex = await env.database.getClient();
    expect(await knex('words').pluck('word')).to.deep.equal(['bonjour']);
  });

  it('answers unknown routes as the old backend does', async () => {
    const { token } = await env.tokenManager.getToken();
    const headers = { authorization: `Bearer ${token}` };
    const answers = ['/nothing', '/../nothing'].map(async path => {
      const response = await fetch(url + path, { headers });
      return [response.status, await response.text()];
    });
    const [ofPlugin, ofBackend] = await Promise.all(answers);
    expect(ofPlugin).to.deep.equal(ofBackend);
  });

  it('guards routes, and takes and gives the tokens of the old backend', async () => {
    expect((await get('/who')).status).to.equal(401);
    expect((await get('/who', 'not-a-token')).status).to.equal(401);
    const { body } = await get('/who', (await env.tokenManager.getToken()).token);
    expect(body.subject).to.equal('external:backstage-plugin');
    await env.tokenManager.authenticate(body.token);
  });

  it('runs tasks with the scheduler of the old backend and keeps entries in its cache', async () => {
    const scheduled: Array<{ id: string }> = await env.scheduler.getScheduledTasks();
    expect(scheduled.map(({ id }) => id)).to.deep.equal(['greet']);
    while ((await get('/greeting')).body.greeting === null) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect((await get('/greeting')).body).to.deep.equal({ greeting: 'hello' });
    expect(await env.cache.getClient().get('greeting')).to.equal('hello');
  });
});
