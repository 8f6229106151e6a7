import { once } from 'node:events';
import { request as sendRequest } from 'node:http';
import { expect } from 'chai';
import request from 'supertest';
import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
} from 'backstage-forklift';
import {
  mockCredentials,
  MockSchedulerService,
  mockServices,
  ServiceFactoryTester,
  startTestBackend,
} from 'backstage-forklift/testing';

const whoPlugin = createBackendPlugin({
  pluginId: 'who',
  register(reg) {
    reg.registerInit({
      deps: { router: coreServices.httpRouter, httpAuth: coreServices.httpAuth },
      async init({ router, httpAuth }) {
        router.use(async (req, res) => {
          const { principal } = await httpAuth.credentials(req, { allow: ['user', 'service'] });
          res.json(principal);
        });
      },
    });
  },
});

const wordsExtensionPoint = createExtensionPoint<{ add(word: string): void }>({ id: 'words' });

const wordsModule = createBackendModule({
  pluginId: 'words',
  moduleId: 'hello',
  register(reg) {
    reg.registerInit({
      deps: { words: wordsExtensionPoint },
      async init({ words }) {
        words.add('hello');
      },
    });
  },
});

describe('startTestBackend', () => {
  it('takes mock tokens, and a request without any for the default user', async () => {
    const { server } = await startTestBackend({ features: [whoPlugin] });
    const get = () => request(server).get('/api/who/am-i');
    await get().expect(200, { type: 'user', userEntityRef: 'user:default/mock' });
    await get()
      .set('authorization', mockCredentials.user.header('user:default/jane'))
      .expect(200, { type: 'user', userEntityRef: 'user:default/jane' });
    await get()
      .set('authorization', mockCredentials.service.header())
      .expect(200, { type: 'service', subject: 'external:test-service' });
    await get().set('authorization', mockCredentials.user.invalidHeader()).expect(401);
    const anonymous = await get().set('authorization', mockCredentials.none.header()).expect(401);
    expect(anonymous.body.error).to.include({ name: 'AuthenticationError' });
  });

  it('takes imported features and services that replace the mocks', async () => {
    const backend = await startTestBackend({
      features: [
        Promise.resolve({ default: whoPlugin }),
        mockServices.httpAuth.factory({ defaultCredentials: mockCredentials.service('plugin:x') }),
      ],
    });
    await request(backend.server)
      .get('/api/who/am-i')
      .expect(200, { type: 'service', subject: 'plugin:x' });
    await backend.stop();
    expect(backend.server.listening).to.equal(false);
  });

  it('stops at once, whatever is never answered', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>(resolve => (asked = resolve));
    const backend = await startTestBackend({
      features: [
        createBackendPlugin({
          pluginId: 'silent',
          register(reg) {
            reg.registerInit({
              deps: { router: coreServices.httpRouter },
              async init({ router }) {
                router.use(() => asked());
              },
            });
          },
        }),
      ],
    });
    const answer = once(
      sendRequest(`http://localhost:${backend.server.port()}/api/silent`).end(),
      'response',
    );
    const failed = answer.catch(error => error);
    await isAsked;
    const began = performance.now();
    await backend.stop();
    expect(performance.now() - began).to.be.below(2000);
    expect(await failed).to.have.property('code', 'ECONNRESET');
  });

  it('answers health checks and gives discovery the real port', async () => {
    let address: string | undefined;
    const { server } = await startTestBackend({
      features: [
        createBackendPlugin({
          pluginId: 'finder',
          register(reg) {
            reg.registerInit({
              deps: { discovery: coreServices.discovery },
              async init({ discovery }) {
                address = await discovery.getBaseUrl('finder');
              },
            });
          },
        }),
      ],
    });
    expect(address).to.equal(`http://localhost:${server.port()}/api/finder`);
    await request(server).get('/.backstage/health/v1/readiness').expect(200, { status: 'ok' });
    await request(server).get('/api/nobody').expect(404);
  });

  it('hands web sockets to the plugin that accepts them, once they are authenticated', async () => {
    const { server } = await startTestBackend({
      features: [
        createBackendPlugin({
          pluginId: 'talk',
          register(reg) {
            reg.registerInit({
              deps: { router: coreServices.httpRouter },
              async init({ router }) {
                router.onUpgrade!((_req, socket) => {
                  socket.end(
                    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
                  );
                });
              },
            });
          },
        }),
        mockServices.httpAuth.factory({ defaultCredentials: mockCredentials.none() }),
      ],
    });
    const ask = (authorization?: string) =>
      sendRequest(`http://localhost:${server.port()}/api/talk`, {
        headers: {
          connection: 'upgrade',
          upgrade: 'echo',
          ...(authorization && { authorization }),
        },
      }).end();
    await once(ask(mockCredentials.user.header()), 'upgrade');
    const [refused] = await once(ask(), 'response');
    expect(refused.statusCode).to.equal(401);
  });

  it('starts a module alone, with its extension point mocked', async () => {
    const words: string[] = [];
    await startTestBackend({
      features: [wordsModule],
      extensionPoints: [[wordsExtensionPoint, { add: word => words.push(word) }]],
    });
    expect(words).to.deep.equal(['hello']);
  });

  it('says when no module depends on a mocked extension point', async () => {
    const error = await startTestBackend({
      features: [whoPlugin],
      extensionPoints: [[wordsExtensionPoint, {}]],
    }).catch(e => e);
    expect(error.message).to.equal(
      "Unable to determine the plugin ID of extension point(s) 'words'. " +
        'Tested extension points must be depended on by one or more tested modules.',
    );
  });

  it('names what it was given that is of no use', async () => {
    const given: Array<[unknown, string]> = [
      [42, 'Invalid argument of startTestBackend at options, expected an object, received 42'],
      [
        { features: whoPlugin },
        'Invalid argument of startTestBackend at options.features, expected an array, received a function',
      ],
      [
        { features: [whoPlugin, undefined] },
        'Invalid backend feature at features[1] of startTestBackend, expected an object or function, received undefined',
      ],
      [
        { extensionPoints: [wordsExtensionPoint] },
        'Invalid argument of startTestBackend at options.extensionPoints[0], expected [extensionPoint, implementation], received an object',
      ],
      [
        { extensionPoints: [[{}, {}]] },
        'Invalid backend feature at options.extensionPoints[0][0] of startTestBackend.id, expected a string, received undefined',
      ],
    ];
    for (const [options, message] of given) {
      const error = await startTestBackend(options as any).catch(e => e);
      expect(error).to.have.property('name', 'InputError');
      expect(error.message).to.equal(message);
    }
    const { server } = await startTestBackend();
    expect(server.listening).to.equal(true);
  });

  it('fails with the error of a plugin', async () => {
    const failing = createBackendPlugin({
      pluginId: 'failing',
      register(reg) {
        reg.registerInit({
          deps: {},
          async init() {
            throw new Error('no luck');
          },
        });
      },
    });
    const error = await startTestBackend({ features: [failing] }).catch(e => e);
    expect(error.name).to.equal('BackendStartupError');
    expect(error.message).to.contain("Plugin 'failing' startup failed; caused by Error: no luck");
  });

  it('gives a plugin a database of its own', async () => {
    const { server } = await startTestBackend({
      features: [
        createBackendPlugin({
          pluginId: 'tickets',
          register(reg) {
            reg.registerInit({
              deps: { database: coreServices.database, router: coreServices.httpRouter },
              async init({ database, router }) {
                const knex = await database.getClient();
                await knex.schema.createTable('tickets', table => table.string('title'));
                await knex('tickets').insert({ title: 'first' });
                router.use(async (_req, res) => res.json(await knex('tickets').select()));
              },
            });
          },
        }),
        mockServices.rootConfig.factory({
          data: { backend: { database: { client: 'better-sqlite3', connection: ':memory:' } } },
        }),
      ],
    });
    await request(server)
      .get('/api/tickets')
      .expect(200, [{ title: 'first' }]);
  });

  it('runs every scheduled task once, except manual and delayed ones', async () => {
    const runs: string[] = [];
    const schedulerPlugin = createBackendPlugin({
      pluginId: 'tasks',
      register(reg) {
        reg.registerInit({
          deps: { scheduler: coreServices.scheduler },
          async init({ scheduler }) {
            const task = (id: string) => ({
              id,
              timeout: { minutes: 1 },
              fn: () => void runs.push(id),
            });
            await scheduler.scheduleTask({ ...task('often'), frequency: { minutes: 5 } });
            await scheduler.scheduleTask({ ...task('manual'), frequency: { trigger: 'manual' } });
            await scheduler.scheduleTask({
              ...task('later'),
              frequency: { minutes: 5 },
              initialDelay: { minutes: 1 },
            });
          },
        });
      },
    });
    const scheduler = new MockSchedulerService();
    const done = scheduler.waitForTask('manual');
    await startTestBackend({ features: [schedulerPlugin, scheduler.factory()] });
    expect(runs).to.deep.equal(['often']);
    await scheduler.triggerTask('manual');
    await done;
    expect(runs).to.deep.equal(['often', 'manual']);
  });
});

describe('ServiceFactoryTester', () => {
  const greetingRef = createServiceRef<{ text: string }>({ id: 'greeting' });
  const greetingFactory = createServiceFactory({
    service: greetingRef,
    deps: { plugin: coreServices.pluginMetadata, config: coreServices.rootConfig },
    factory: ({ plugin, config }) => ({
      text: `${config.getOptionalString('word') ?? 'hello'} ${plugin.getId()}`,
    }),
  });

  it('creates the service for a plugin, one instance each', async () => {
    const tester = ServiceFactoryTester.from(greetingFactory);
    expect(await tester.getSubject()).to.deep.equal({ text: 'hello test' });
    expect(await tester.getSubject('todo')).to.deep.equal({ text: 'hello todo' });
    expect(await tester.getSubject('todo')).to.equal(await tester.getSubject('todo'));
  });

  it('takes other services in place of the mocks, and gives them', async () => {
    const config = mockServices.rootConfig.mock({ getOptionalString: () => 'bonjour' });
    const tester = ServiceFactoryTester.from(greetingFactory, { dependencies: [config.factory] });
    expect(await tester.getSubject()).to.deep.equal({ text: 'bonjour test' });
    expect(await tester.getService(coreServices.rootConfig)).to.equal(config);
  });

  it('says what is wrong with what it is given', () => {
    for (const [subject, message] of [
      [undefined, ', expected an object or function, received undefined'],
      [{}, '.$$type, expected "@backstage/BackendFeature", received undefined'],
      [whoPlugin, '.featureType, expected "service", received "registrations"'],
    ]) {
      expect(() => ServiceFactoryTester.from(subject as any))
        .to.throw(
          `Invalid backend feature at the subject of ServiceFactoryTester.from${message as string}`,
        )
        .with.property('name', 'InputError');
    }
    expect(() =>
      ServiceFactoryTester.from(greetingFactory, { dependencies: [{} as any] }),
    ).to.throw('Invalid backend feature at dependencies[0] of ServiceFactoryTester.from.$$type');
  });

  it('says when there is no such service', async () => {
    const tester = ServiceFactoryTester.from(greetingFactory);
    const missing = createServiceRef<string>({ id: 'missing' });
    const error = await tester.getService(missing).catch(e => e);
    expect(error.message).to.equal("Service 'missing' not found");
  });
});
