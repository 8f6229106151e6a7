import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { coreServices, createServiceFactory, createServiceRef } from 'backstage-forklift';
import { legacyPlugin, makeLegacyPlugin, type PluginEnvironment } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import sinon from 'sinon';
import { startBackend, stopBackends } from './start-backend';

/** Starts a plugin and hands its environment to the test. */
async function startWithEnvironment(config?: object, options?: object) {
  let env!: PluginEnvironment;
  const module = Promise.resolve({
    default: async (given: PluginEnvironment) => {
      env = given;
      return Router();
    },
  });
  const backend = await startBackend([legacyPlugin('todo', module, options)], config);
  return { env, backend };
}

describe('the environment of a legacy plugin', () => {
  afterEach(stopBackends);

  it('has every key that old backends had, also when it is copied', async () => {
    const { env } = await startWithEnvironment();
    const keys = [
      ...['logger', 'cache', 'database', 'config', 'reader', 'discovery', 'tokenManager'],
      ...['permissions', 'scheduler', 'identity', 'auth', 'httpAuth', 'userInfo'],
      ...['events', 'eventBroker', 'signals'],
    ];
    expect({ ...env }).to.have.all.keys(keys);
  });

  it('gives a winston logger with child loggers and all levels', async () => {
    const { env, backend } = await startWithEnvironment();
    env.logger.child({ task: 'sync' }).info('synced', { count: 3 });
    env.logger.warn('slow');
    env.logger.error('failed', new Error('no network'));
    env.logger.verbose('details');
    expect(env.logger.isDebugEnabled()).to.equal(true);
    expect(env.logger.level).to.equal('info');
    const logs = backend.logs.join('\n');
    expect(logs).to.match(/^info synced .*"plugin":"todo".*"task":"sync","count":3/m);
    expect(logs).to.match(/^warn slow/m);
    expect(logs).to.match(/^error failed no network .*"stack":"Error: no network/m);
    expect(logs).to.match(/^debug details/m);
  });

  it('gives a cache manager, a database and a config', async () => {
    const { env } = await startWithEnvironment({ todo: { title: 'Things' } });
    const cache = env.cache.getClient({ defaultTtl: 60_000 });
    await cache.set('a', { b: 1 });
    expect(await env.cache.getClient().get('a')).to.deep.equal({ b: 1 });
    const knex = await env.database.getClient();
    expect(await knex.select(knex.raw('1 as one'))).to.deep.equal([{ one: 1 }]);
    expect(env.config.getString('todo.title')).to.equal('Things');
    expect(await env.discovery.getExternalBaseUrl('catalog')).to.match(/\/api\/catalog$/);
  });

  it('runs tasks on a schedule', async () => {
    const { env } = await startWithEnvironment();
    const ran = new Promise<void>(resolve => {
      void env.scheduler.scheduleTask({
        id: 'sync',
        frequency: { hours: 1 },
        timeout: { minutes: 1 },
        fn: async () => resolve(),
      });
    });
    await ran;
  });

  it('hands events on by events and by the event broker', async () => {
    const { env } = await startWithEnvironment();
    const received = new Promise(resolve => {
      env.eventBroker.subscribe([
        { supportsEventTopics: () => ['builds'], onEvent: async event => resolve(event) },
      ]);
    });
    await env.events.publish({ topic: 'builds', eventPayload: { id: 7 } });
    expect(await received).to.deep.include({ topic: 'builds', eventPayload: { id: 7 } });

    const signalled = new Promise(resolve => {
      void env.events.subscribe({
        id: 'test',
        topics: ['signals'],
        onEvent: async ({ eventPayload }) => resolve(eventPayload),
      });
    });
    const signal = { recipients: { type: 'broadcast' as const }, channel: 'c', message: { a: 1 } };
    await env.signals.publish(signal);
    expect(await signalled).to.deep.equal(signal);
  });

  it('reads URLs with read, as before 2023', async () => {
    const server = createServer((_req, res) => void res.end('some text')).listen(0, 'localhost');
    await once(server, 'listening');
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    const { env } = await startWithEnvironment({ backend: { reading: { allow: [{ host }] } } });
    expect(String(await env.reader.read(`http://${host}/a`))).to.equal('some text');
    server.close();
  });

  it('makes a key when it is first read, and only once', async () => {
    const { env } = await startWithEnvironment();
    expect(env.tokenManager).to.equal(env.tokenManager);
    const replaced = {} as PluginEnvironment['cache'];
    env.cache = replaced;
    expect(env.cache).to.equal(replaced);
  });

  describe('lets plugins ask for keys that nobody supplies', () => {
    const missing = 'pluginProvider';
    const ways: { [way in string]: (env: any) => unknown } = {
      'by name': env => env.catalogClient ?? env[missing],
      'by optional chaining': env => env.catalogClient?.getEntities() ?? env[missing]?.plugins(),
      'by a default': ({ catalogClient = undefined, pluginProvider = undefined }) =>
        catalogClient ?? pluginProvider,
      'by in': env => 'catalogClient' in env || missing in env || undefined,
      'by a copy': env => ({ ...env }).catalogClient ?? { ...env }[missing],
      'by its own keys': env =>
        Object.keys(env).find(key => [missing, 'catalogClient'].includes(key)),
      'in a frozen environment': env => Object.freeze(env).catalogClient,
    };
    for (const [way, ask] of Object.entries(ways)) {
      it(way, async () => {
        const { env, backend } = await startWithEnvironment();
        expect(ask(env)).to.equal(undefined);
        expect(env.config.getString('app.baseUrl')).to.be.a('string');
        expect(await backend.get('/api/todo/')).to.have.property('status', 401);
      });
    }
  });

  it('is waited for and has its own keys replaced like any object', async () => {
    const { env } = await startWithEnvironment();
    expect(await env).to.equal(env);
    expect(() => String(env)).to.not.throw();
    (env as any).catalogClient = 'mine';
    expect({ ...env }).to.have.property('catalogClient', 'mine');
  });

  it('takes further keys by option', async () => {
    const { env } = await startWithEnvironment({}, { keys: { catalogClient: 'mine' } });
    expect(env).to.have.property('catalogClient', 'mine');
  });
});

describe('makeLegacyPlugin', () => {
  afterEach(stopBackends);

  it('maps keys to services and transforms them, also asynchronously', async () => {
    const greetingsRef = createServiceRef<{ greet(): string }>({
      id: 'test.greetings',
      defaultFactory: async service =>
        createServiceFactory({
          service,
          deps: { plugin: coreServices.pluginMetadata },
          factory: ({ plugin }) => ({ greet: () => `hello ${plugin.getId()}` }),
        }),
    });
    const myLegacyPlugin = makeLegacyPlugin(
      { greetings: greetingsRef, logger: coreServices.logger },
      { greetings: async greetings => greetings.greet().toUpperCase() },
    );
    let greeting: string | undefined;
    const module = Promise.resolve({
      default: async ({ greetings, logger, config }: any) => {
        greeting = greetings;
        expect(config.getString('app.baseUrl')).to.be.a('string');
        logger.info('the logger service itself');
        return Router();
      },
    });
    const { logs } = await startBackend([myLegacyPlugin('todo', module)]);
    expect(greeting).to.equal('HELLO TODO');
    expect(logs.join('\n')).to.contain('info the logger service itself');
  });

  it('shares the instance of a root service between plugins', async () => {
    const create = sinon.stub().returns({});
    const sharedRef = createServiceRef<object>({
      id: 'test.shared',
      scope: 'root',
      defaultFactory: async service =>
        createServiceFactory({ service, deps: {}, factory: () => create() }),
    });
    const myLegacyPlugin = makeLegacyPlugin({ shared: sharedRef }, {});
    const seen: unknown[] = [];
    const module = Promise.resolve({
      default: async (env: { shared: object }) => {
        seen.push(env.shared);
        return Router();
      },
    });
    await startBackend([myLegacyPlugin('one', module), myLegacyPlugin('two', module)]);
    expect(seen[0]).to.equal(seen[1]);
    expect(create.callCount).to.equal(1);
  });
});
