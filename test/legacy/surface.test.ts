import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ConfigReader } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import * as legacy from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { Router } from 'express';
import sinon from 'sinon';
import Transport from 'winston-transport';

const {
  CacheManager,
  createRootLogger,
  createServiceBuilder,
  createStatusCheckRouter,
  DatabaseManager,
  DockerContainerRunner,
  errorHandler,
  getRootLogger,
  getVoidLogger,
  notFoundHandler,
  ServerTokenManager,
  setRootLogger,
  SingleHostDiscovery,
  TaskScheduler,
  UrlReaders,
  useHotCleanup,
  useHotMemoize,
} = legacy;

/** Starts a server on a free port and stops it after the test. */
const servers: Array<{ close(): unknown; closeAllConnections(): void }> = [];
async function start(builder: legacy.ServiceBuilder): Promise<string> {
  const server = await builder.setPort(0).setHost('localhost').start();
  servers.push(server);
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

describe('the exports of backend-common and backend-tasks', () => {
  const logger = getVoidLogger();

  beforeEach(() => setRootLogger(logger));

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server as any, 'close');
    }
  });

  it('have every name of backend-common 0.25.0 and backend-tasks 0.6.1 that is still of use', () => {
    const names = [
      ...['CacheManager', 'DatabaseManager', 'DockerContainerRunner', 'HostDiscovery'],
      ...['ServerTokenManager', 'SingleHostDiscovery', 'cacheToPluginCacheManager'],
      ...['coloredFormat', 'createConfigSecretEnumerator', 'createLegacyAuthAdapters'],
      ...['createRootLogger', 'createServiceBuilder', 'createStatusCheckRouter', 'errorHandler'],
      ...['getRootLogger', 'getVoidLogger', 'isChildPath', 'isDatabaseConflictError'],
      ...['legacyPlugin', 'loadBackendConfig', 'loggerToWinstonLogger', 'makeLegacyPlugin'],
      ...['notFoundHandler', 'redactWinstonLogLine', 'requestLoggingHandler'],
      ...['resolvePackagePath', 'resolveSafeChildPath', 'setRootLogger', 'statusCheckHandler'],
      ...['useHotCleanup', 'useHotMemoize', 'UrlReaders'],
      ...['TaskScheduler', 'readTaskScheduleDefinitionFromConfig'],
    ];
    expect(legacy).to.include.all.keys(names);
  });

  it('make the environment of an old createEnv', async () => {
    const config = new ConfigReader({
      backend: { baseUrl: 'http://localhost:7007', auth: { keys: [{ secret: 'c2VjcmV0' }] } },
    });
    const database = DatabaseManager.fromConfig(config, { logger }).forPlugin('todo');
    const knex = await database.getClient();
    expect(await knex.select(knex.raw('1 as one'))).to.deep.equal([{ one: 1 }]);

    const cache = CacheManager.fromConfig(config).forPlugin('todo').getClient({ defaultTtl: 1000 });
    await cache.set('key', 'value');
    expect(await cache.get('key')).to.equal('value');

    const discovery = SingleHostDiscovery.fromConfig(config);
    expect(await discovery.getBaseUrl('todo')).to.equal('http://localhost:7007/api/todo');

    const tokenManager = ServerTokenManager.fromConfig(config, { logger });
    await tokenManager.authenticate((await tokenManager.getToken()).token);

    expect(UrlReaders.default({ config, logger })).to.include.keys('readUrl', 'read');

    const databaseManager = DatabaseManager.fromConfig(config);
    const scheduler = TaskScheduler.fromConfig(config, { databaseManager, logger });
    const schedule = new AbortController();
    await new Promise<void>(resolve => {
      void scheduler.forPlugin('todo').scheduleTask({
        id: 'once',
        frequency: { hours: 1 },
        timeout: { minutes: 1 },
        signal: schedule.signal,
        fn: async () => resolve(),
      });
    });
    expect(await scheduler.forPlugin('todo').getScheduledTasks()).to.have.length(1);
    schedule.abort();
    await knex.destroy();
    await (await databaseManager.forPlugin('todo').getClient()).destroy();
  });

  it('serve routers by the service builder, with status codes for errors', async () => {
    const api = Router()
      .get('/hello', (_req, res) => void res.json({ hello: 'world' }))
      .get('/missing', (_req, _res, next) => next(new NotFoundError('no such thing')))
      .use(notFoundHandler());
    const url = await start(
      createServiceBuilder(module)
        .loadConfig(new ConfigReader({ backend: { csp: { 'img-src': ['https://a.example'] } } }))
        .addRouter('/api', api)
        .addRouter('', await createStatusCheckRouter({ logger })),
    );
    const hello = await fetch(`${url}/api/hello`);
    expect(await hello.json()).to.deep.equal({ hello: 'world' });
    expect(hello.headers.get('content-security-policy')).to.contain('img-src https://a.example');
    const missing = await fetch(`${url}/api/missing`);
    expect(missing.status).to.equal(404);
    expect(await missing.json()).to.deep.include({
      request: { method: 'GET', url: '/api/missing' },
    });
    expect((await fetch(`${url}/api/nothing`)).status).to.equal(404);
    expect(await (await fetch(`${url}/healthcheck`)).json()).to.deep.equal({ status: 'ok' });
  });

  it('take CORS, headers and handlers set in code', async () => {
    const seen: string[] = [];
    const url = await start(
      createServiceBuilder(module)
        .enableCors({ origin: 'https://portal.example' })
        .setCsp({ 'img-src': false, 'connect-src': ["'self'"] })
        .setRequestLoggingHandler(() => (req, _res, next) => {
          seen.push(req.url);
          next();
        })
        .setErrorHandler((error, _req, res, _next) => void res.status(418).json(error.message))
        .disableDefaultErrorHandler()
        .addRouter('/x', (_req, _res, next) => next(new Error('tea'))),
    );
    const response = await fetch(`${url}/x`);
    expect(response.status).to.equal(418);
    expect(response.headers.get('access-control-allow-origin')).to.equal('https://portal.example');
    const csp = response.headers.get('content-security-policy');
    expect(csp).to.contain("connect-src 'self'").and.not.contain('img-src');
    expect(seen).to.deep.equal(['/x']);
  });

  it('keep one root logger, which can be replaced', () => {
    const lines: string[] = [];
    const created = createRootLogger({
      transports: [new Transport({ log: (info, next) => (lines.push(info.message), next()) })],
    });
    expect(getRootLogger()).to.equal(created);
    created.child({ plugin: 'todo' }).info('hello');
    expect(lines).to.deep.equal(['hello']);
    setRootLogger(logger);
    expect(getRootLogger()).to.equal(logger);
  });

  it('call through where hot reloading was', () => {
    const cleanup = sinon.spy();
    useHotCleanup(module, cleanup);
    expect(useHotMemoize(module, () => 42)).to.equal(42);
    expect(cleanup.called).to.equal(false);
  });

  it('log client errors when told', () => {
    const error = sinon.spy();
    const child = () => ({ error, child }) as any;
    const handler = errorHandler({ logger: child(), logClientErrors: true });
    const res = { status: () => res, json: () => res } as any;
    handler(new NotFoundError('x'), { method: 'GET', url: '/' } as any, res, () => {});
    expect(error.calledOnceWith('Request failed with status 404')).to.equal(true);
  });

  it('run containers by a Docker client', async () => {
    const run = sinon.stub().resolves([{ StatusCode: 0 }]);
    const { PassThrough } = await import('node:stream');
    const pull = (_image: string, _options: object, done: (e: null, stream: any) => void) =>
      done(null, new PassThrough().end());
    const runner = new DockerContainerRunner({
      dockerClient: { ping: async () => 'OK', pull, run },
    });
    await runner.runContainer({ imageName: 'mkdocs', args: ['build'], envVars: { A: '1' } });
    expect(run.firstCall.args.slice(0, 2)).to.deep.equal(['mkdocs', ['build']]);
    expect(run.firstCall.args[3]).to.deep.include({ Env: ['A=1'] });
    run.resolves([{ StatusCode: 3 }]);
    const failing = runner.runContainer({ imageName: 'mkdocs', args: [], pullImage: false });
    const error = await failing.catch(failure => failure);
    expect(error.message).to.contain('non-zero exit code (3)');
  });
});
