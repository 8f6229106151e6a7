import { once } from 'node:events';
import { createRequire } from 'node:module';
import * as https from 'node:https';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ConfigReader } from '@backstage/config';
import { ConflictError, InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import * as ours from 'backstage-forklift/legacy';
import { parse } from 'cookie';
import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import Router from 'express-promise-router';
import { generate } from 'selfsigned';

type Common = typeof ours;
type Server = Awaited<ReturnType<ours.ServiceBuilder['start']>>;

const portal = createRequire(join(__dirname, '../../examples/legacy-portal/package.json'));
const theirs: Common = portal('@backstage/backend-common');
const pem = generate([{ name: 'commonName', value: 'localhost' }], { days: 2 });
const secret = 'YW4gb2xkIHNlY3JldA==';

const base = {
  backend: {
    baseUrl: 'http://localhost:7007',
    listen: { port: 0, host: 'localhost' },
    cors: { origin: ['https://portal.example'], methods: ['GET', 'PUT'], credentials: true },
    csp: { 'connect-src': ["'self'", 'https:'], 'upgrade-insecure-requests': false },
    auth: { keys: [{ secret }] },
  },
};

/** The middleware that the documentation of Backstage had for old backends. */
function authenticateApiRequests(tokenManager: ours.TokenManager): RequestHandler {
  return async (req, res, next) => {
    try {
      const cookie = parse(req.headers.cookie ?? '').token;
      const token = /^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1] || cookie;
      if (!token) {
        res.status(401).send('Unauthorized');
        return;
      }
      await tokenManager.authenticate(token);
      req.headers.authorization ??= `Bearer ${token}`;
      if (token !== cookie) {
        res.cookie('token', 'the-token', { path: '/', httpOnly: true, sameSite: 'lax' });
      }
      next();
    } catch {
      res.status(401).send('Unauthorized');
    }
  };
}

function failing() {
  const errors: { [name: string]: () => unknown } = {
    missing: () => new NotFoundError('no such entity'),
    input: () => new InputError('bad', new Error('the cause')),
    conflict: () => new ConflictError('taken'),
    forbidden: () => new NotAllowedError('not you'),
    status: () => Object.assign(new Error('teapot'), { status: 418 }),
    plain: () => new Error('broken'),
    text: () => 'a text',
  };
  const router = Router();
  router.get('/:name', async req => {
    throw errors[req.params.name]();
  });
  return router;
}

/** The shapes that index.ts had in the backends of public repositories. */
const INDEXES: { [shape: string]: (common: Common) => Promise<Server> } = {
  async 'the template, with several routers, health and metrics'(common) {
    const config = new ConfigReader(base);
    const logger = common.getRootLogger();
    const tokenManager = common.ServerTokenManager.fromConfig(config, { logger });
    const makeEnv = (plugin: string) => ({ logger: logger.child({ type: 'plugin', plugin }) });
    const todoEnv = common.useHotMemoize(module, () => makeEnv('todo'));
    const apiRouter = Router();
    apiRouter.use(express.json());
    apiRouter.use('/open', (_req, res) => void res.send('open'));
    apiRouter.use('/todo', authenticateApiRequests(tokenManager), (req, res) => {
      todoEnv.logger.info(`${req.method} ${req.url}`);
      res.json({ authorization: Boolean(req.headers.authorization), url: req.url, body: req.body });
    });
    apiRouter.use('/big', (_req, res) => void res.json('x'.repeat(5000)));
    apiRouter.use('/fails', failing());
    apiRouter.use(common.notFoundHandler());
    const statusCheck = async () => ({ status: 'fine', database: true });
    return common
      .createServiceBuilder(module)
      .loadConfig(config)
      .addRouter('', await common.createStatusCheckRouter({ logger, statusCheck }))
      .addRouter('/metrics', (_req, res) => void res.type('text/plain').send('up 1\n'))
      .addRouter('/api', apiRouter)
      .addRouter(
        '/admin',
        Router().get('/', (_req, res) => void res.json({ admin: true })),
      )
      .start();
  },

  async 'settings in code, after those of the configuration'(common) {
    return common
      .createServiceBuilder(module)
      .loadConfig(new ConfigReader(base))
      .setLogger(common.getVoidLogger())
      .enableCors({ origin: 'https://other.example', exposedHeaders: ['x-total'] })
      .setCsp({ 'img-src': ['https://img.example'], 'style-src': false })
      .setHost('localhost')
      .setPort(0)
      .addRouter('/api', Router().use('/fails', failing()))
      .start();
  },

  async 'handlers of its own for errors and requests'(common) {
    return common
      .createServiceBuilder(module)
      .setRequestLoggingHandler(() => (_req, res, next) => {
        res.setHeader('x-request-id', '1');
        next();
      })
      .setErrorHandler((error, _req, res, next) =>
        error?.message === 'broken' ? void res.status(503).send('sorry') : next(error),
      )
      .setPort(0)
      .setHost('localhost')
      .addRouter('/api', Router().use('/fails', failing()))
      .start();
  },

  async 'no error handler but that of express'(common) {
    return common
      .createServiceBuilder(module)
      .disableDefaultErrorHandler()
      .setPort(0)
      .setHost('localhost')
      .addRouter('/api', Router().use('/fails', failing()))
      .start();
  },

  async 'middlewares by hand in an application of express'(common) {
    const app = express();
    app.use(common.requestLoggingHandler(common.getVoidLogger()));
    app.use('/health', await common.statusCheckHandler());
    app.use(
      '/broken',
      await common.statusCheckHandler({
        statusCheck: async () => {
          throw new Error('no database');
        },
      }),
    );
    app.use('/api/fails', failing());
    app.use(common.notFoundHandler());
    app.use(common.errorHandler({ showStackTraces: false, logger: common.getVoidLogger() }));
    const server = app.listen(0, 'localhost');
    await once(server, 'listening');
    return server;
  },

  async 'HTTPS with a certificate that is set in code'(common) {
    return common
      .createServiceBuilder(module)
      .loadConfig(new ConfigReader(base))
      .setHttpsSettings({ certificate: { key: pem.private, cert: pem.cert } })
      .addRouter('/api', (_req, res) => void res.json({ secure: _req.secure }))
      .start();
  },
};

const REQUESTS: Array<{ method?: string; path: string; headers?: object; body?: string }> = [
  ...['/', '/healthcheck', '/metrics', '/admin', '/admin/', '/api', '/api/', '/api/open'],
  ...['/api/todo/a?b=c', '/api/big', '/api/nothing', '/health', '/broken', '/api//open'],
  ...['missing', 'input', 'conflict', 'forbidden', 'status', 'plain', 'text', 'none'].map(
    name => `/api/fails/${name}`,
  ),
].map(path => ({ path }));
const ORIGINS = ['https://portal.example', 'https://other.example', 'https://evil.example'];
REQUESTS.push(
  ...ORIGINS.map(origin => ({ path: '/api/open', headers: { origin } })),
  ...ORIGINS.map(origin => ({
    method: 'OPTIONS',
    path: '/api/open',
    headers: { origin, 'access-control-request-method': 'PUT' },
  })),
  { path: '/api/todo/a', headers: { authorization: 'Bearer TOKEN' } },
  { path: '/api/todo/a', headers: { cookie: 'token=TOKEN' } },
  { path: '/api/todo/a', headers: { authorization: 'Bearer nonsense' } },
  {
    method: 'POST',
    path: '/api/todo/a',
    headers: { authorization: 'Bearer TOKEN', 'content-type': 'application/json' },
    body: '{"a":1}',
  },
  { method: 'POST', path: '/api/x', headers: { 'content-type': 'application/json' }, body: '{' },
  { path: '/api/big', headers: { 'accept-encoding': 'gzip' } },
  { method: 'HEAD', path: '/api/open' },
  { method: 'DELETE', path: '/api/open' },
);

describe('an old index.ts after nothing but a changed import', function oldIndex() {
  this.timeout(60_000);
  const servers: Server[] = [];
  let token: string;

  before(async () => {
    const logger = ours.getVoidLogger();
    [ours, theirs].forEach(common => common.setRootLogger(logger));
    const config = new ConfigReader(base);
    token = (await ours.ServerTokenManager.fromConfig(config, { logger }).getToken()).token;
  });

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  for (const [shape, run] of Object.entries(INDEXES)) {
    it(`answers as before: ${shape}`, async () => {
      const [before, after] = [await run(theirs), await run(ours)];
      servers.push(before, after);
      for (const request of REQUESTS) {
        const [expected, actual] = [await ask(before, request), await ask(after, request)];
        expect({ request, ...actual }).to.deep.equal({ request, ...expected });
      }
    });
  }

  async function ask(server: Server, { method, path, headers = {}, body }: (typeof REQUESTS)[0]) {
    const { port } = server.address() as AddressInfo;
    const isSecure = server instanceof https.Server;
    const sent = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('TOKEN', token),
    ]);
    const request = (isSecure ? https : http).request({
      method,
      host: 'localhost',
      port,
      path,
      headers: { ...Object.fromEntries(sent), connection: 'close' },
      agent: false,
      rejectUnauthorized: false,
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const { date, etag, 'content-length': length, ...rest } = response.headers;
    const content = await text(response);
    return {
      status: response.statusCode,
      headers: rest,
      // Without the stack trace on an error page of express, and the number of a line in the log.
      body: content.replace(/(&nbsp; ?|\n) *at .*/g, '').replace(/logId=\w+/, 'logId'),
    };
  }
});
