import type { Application, Handler, Request, Response, Router } from 'express';

/** What both a stock and our backend bring along. */
export interface Express {
  (): Application;
  Router(options?: { mergeParams?: boolean }): Router;
}

/** The part of the httpRouter service that the plugin uses. */
export interface PluginRoutes {
  use(handler: any): void;
  addAuthPolicy(policy: { path: string; allow: 'unauthenticated' | 'user-cookie' }): void;
}

const BIG = 'abcdefghij'.repeat(200);

const named = (name: string, message: string, extra = {}) =>
  Object.assign(new Error(message), { name, ...extra });

/** Errors by the last segment of `/fail/:kind`. */
const ERRORS: { [kind in string]: () => unknown } = {
  input: () => named('InputError', 'bad input'),
  'not-modified': () => named('NotModifiedError', 'same'),
  authentication: () => named('AuthenticationError', 'who'),
  'not-allowed': () => named('NotAllowedError', 'no'),
  'not-found': () => named('NotFoundError', 'nothing'),
  conflict: () => named('ConflictError', 'clash'),
  'not-implemented': () => named('NotImplementedError', 'later'),
  unavailable: () => named('ServiceUnavailableError', 'down'),
  plain: () => new Error('plain'),
  type: () => new TypeError('type'),
  status: () => named('TeapotError', 'short', { status: 418 }),
  'status-code': () => named('Error', 'gone', { statusCode: 410, code: 'GONE' }),
  'bad-status': () => named('InputError', 'odd', { status: 99.5 }),
  cause: () => named('InputError', 'outer', { cause: named('NotFoundError', 'inner') }),
  fields: () => named('ConflictError', 'with fields', { entityRef: 'component:default/a' }),
  string: () => 'a string',
  object: () => ({ some: 'object' }),
  database: () => {
    class DatabaseError extends Error {}
    return new DatabaseError('select secret');
  },
};

/** Describes a request as the plugin sees it. */
function describe(req: Request) {
  const { method, url, baseUrl, originalUrl, path, params, query } = req;
  const { ip, protocol, hostname, secure } = req;
  return {
    method,
    url,
    baseUrl,
    originalUrl,
    path,
    params,
    query,
    ip,
    protocol,
    hostname,
    secure,
  };
}

/** As libraries do that add headers at the last moment, sessions for example. */
const addLateHeader: Handler = (_req, res, next) => {
  const { writeHead } = res;
  res.writeHead = function wrapped(this: Response, ...args: unknown[]) {
    this.setHeader('X-Late', 'yes');
    return writeHead.apply(this, args as never);
  } as typeof writeHead;
  next();
};

const countBytes: Handler = (_req, res, next) => {
  const { write, end } = res;
  let bytes = 0;
  res.write = function counted(this: Response, ...args: any[]) {
    bytes += args[0].length;
    return write.apply(this, args as never);
  } as typeof write;
  res.end = function counted(this: Response, ...args: any[]) {
    if (!this.headersSent) {
      this.setHeader('X-Bytes', String(bytes));
    }
    return end.apply(this, args as never);
  } as typeof end;
  next();
};

/** The routes of the plugin `one`: everything that can be done to a response. */
export function mountWirePlugin(express: Express, routes: PluginRoutes): void {
  const router = express.Router();
  const get = (path: string, handler: Handler) => router.get(path, handler);

  get('/json', (_req, res) => void res.json({ a: 1, list: ['b'] }));
  get('/big', (_req, res) => void res.json({ big: BIG }));
  get('/text', (_req, res) => void res.send('text ä'));
  get('/buffer', (_req, res) => void res.send(Buffer.from('bytes')));
  get('/end', (_req, res) => void res.end('ended'));
  get('/end-latin1', (_req, res) => void res.type('text').end('\u00e4', 'latin1'));
  get('/end-empty', (_req, res) => void res.end());
  get('/end-callback', (_req, res) => void res.type('text').end('ended', () => {}));
  get('/just-below', (_req, res) => void res.type('text').end('x'.repeat(1023)));
  get('/just-enough', (_req, res) => void res.type('text').end('x'.repeat(1024)));
  get('/wide', (_req, res) => void res.type('text').end('ä'.repeat(600)));
  get('/no-content', (_req, res) => void res.status(204).end());
  get('/status', (_req, res) => void res.sendStatus(202));
  get('/message', (_req, res) => {
    res.statusMessage = 'Fine By Me';
    res.json({});
  });
  get('/redirect', (_req, res) => res.redirect('/elsewhere?a=b'));
  get('/cookie', (_req, res) => void res.cookie('c', 'v', { httpOnly: true }).json({}));
  get('/vary', (_req, res) => void res.vary('Origin').json({ a: 1 }));
  get('/vary-all', (_req, res) => void res.vary('*').json({ a: 1 }));
  get('/png', (_req, res) => void res.type('png').send(Buffer.from(BIG)));
  get('/encoded', (_req, res) => void res.set('Content-Encoding', 'x').type('text').send(BIG));
  get('/no-store', (_req, res) => void res.set('Cache-Control', 'no-store').json({ a: 1 }));
  get('/no-transform', (_req, res) => {
    res.set('Cache-Control', 'public, no-transform').type('text').send(BIG);
  });
  get('/small-no-transform', (_req, res) => {
    res.set('Cache-Control', 'no-transform').json({ a: 1 });
  });
  get('/declared-big', (_req, res) => {
    res.type('text').set('Content-Length', '2000').end(BIG);
  });
  get('/write', (_req, res) => {
    res.type('text').write('one ');
    res.write(Buffer.from('two '));
    res.end('three');
  });
  get('/write-head', (_req, res) => {
    res.writeHead(201, { 'Content-Type': 'text/plain', 'X-Own': '1' });
    res.end('made');
  });
  get('/write-head-message', (_req, res) => {
    res.writeHead(200, 'Sure', ['Content-Type', 'text/plain', 'X-Own', '1']);
    res.end('made');
  });
  get('/flush-headers', (_req, res) => {
    res.type('text').flushHeaders();
    res.end('flushed');
  });
  get('/events', (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    (res as any).flush();
    res.write('data: 1\n\n');
    (res as any).flush();
    res.end('data: 2\n\n');
  });
  router.get('/late', addLateHeader, (_req, res) => void res.json({ a: 1 }));
  router.get('/late-big', addLateHeader, (_req, res) => void res.json({ big: BIG }));
  router.get('/counted', countBytes, (_req, res) => void res.json({ a: 1 }));
  router.get('/counted-written', countBytes, (_req, res) => {
    res.type('text').write('one');
    res.end('two');
  });
  get('/no-csp', (_req, res) => {
    res.removeHeader('Content-Security-Policy');
    res.set('X-Frame-Options', 'DENY').json({});
  });
  router.all('/echo/:id?', (req, res) => void res.json(describe(req)));
  get('/fail/:kind', (req, _res, next) => {
    const error = ERRORS[req.params.kind]();
    if (typeof error === 'string') {
      throw error;
    }
    next(error);
  });
  get('/fail-late', (_req, res, next) => {
    res.write('begun');
    next(new Error('too late'));
  });
  get('/missing-file', (_req, res) => res.sendFile('/nonexistent/file.txt'));
  get('/leave', (_req, _res, next) => next('router'));
  router.get(
    '/skip',
    (_req, _res, next) => next('route'),
    (_req, res) => void res.send('not this'),
  );
  get('/skip', (_req, res) => void res.send('this'));
  router.post('/posted', (_req, res) => void res.status(201).json({}));
  router.put('/put-only', (_req, res) => void res.json({}));

  const application = express();
  application.get('/json', (req, res) => void res.json(describe(req)));
  application.get('/big', (_req, res) => void res.json({ big: BIG }));
  router.use('/application', application);

  routes.use(router);
  routes.use(async (req: Request, res: Response) => {
    if (req.path === '/async-fail') {
      throw named('ConflictError', 'async');
    }
    if (req.path === '/direct-file') {
      res.sendFile('/nonexistent/direct.txt');
      return undefined;
    }
    return 'next';
  });
  routes.use((_error: Error, req: Request, res: Response, next: (error: unknown) => void) =>
    req.query.handled ? res.status(299).json({ handled: true }) : next(_error),
  );
  routes.use((_req: Request, _res: Response, next: () => void) => next());

  routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
}

/** The routes of the plugin `two`, which has policies. */
export function mountGuardedPlugin(express: Express, routes: PluginRoutes): void {
  const router = express.Router();
  router.all('*', (req, res) => void res.json({ path: req.path }));
  routes.use(router);
  routes.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
  routes.addAuthPolicy({ path: '/item/:id/public', allow: 'unauthenticated' });
  routes.addAuthPolicy({ path: '/static', allow: 'user-cookie' });
}

/** What may answer requests for no path that is known. */
export function mountAppPlugin(routes: PluginRoutes): void {
  routes.use((req: Request, res: Response) => res.json({ app: req.url, base: req.baseUrl }));
  routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
}
