import { expect } from 'chai';
import express, { Router, type RequestHandler } from 'express';
import PromiseRouter from 'express-promise-router';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { coreServices, createBackendPlugin } from 'backstage-forklift';
import { listRoutes } from 'backstage-forklift/parity';
import { startTestBackend } from 'backstage-forklift/testing';

/** The router of express 5 is a package of its own. */
const Express5Router: typeof Router = createRequire(__filename)('router');

const answer: RequestHandler = (_req, res) => void res.end();

function routesOf(app: RequestHandler): string[] {
  return listRoutes(createServer(app as never)).map(
    ({ method, path, below }) => `${method} ${path}${below ? '/…' : ''}`,
  );
}

describe('listRoutes', () => {
  it('finds routes in routers within routers, with their mount paths and parameters', () => {
    const tea = Router();
    tea.get('/', answer);
    tea.route('/:id').get(answer).put(answer);
    tea.all('/any', answer);
    tea.get(['/a', '/b'], answer);
    const shop = Router({ mergeParams: true }).use('/v1.0/tea', tea);
    const app = express().use('/api/shops/:shop', shop).get('/health', answer);
    expect(routesOf(app)).to.eql([
      'GET /api/shops/:shop/v1.0/tea',
      'GET /api/shops/:shop/v1.0/tea/:id',
      'PUT /api/shops/:shop/v1.0/tea/:id',
      'ALL /api/shops/:shop/v1.0/tea/any',
      'GET /api/shops/:shop/v1.0/tea/a',
      'GET /api/shops/:shop/v1.0/tea/b',
      'GET /health',
    ]);
  });

  it('finds the routes of promise routers, applications and routers that functions wrap', () => {
    const tea = PromiseRouter();
    tea.get('/:id', async (_req, res) => void res.end());
    const wrap =
      (inner: RequestHandler): RequestHandler =>
      (req, res, next) =>
        inner(req, res, next);
    const api = PromiseRouter();
    api.use('/tea', tea);
    api.use('/wrapped', wrap(wrap(tea)));
    api.use('/app', express().get('/x', answer));
    const unrelated: RequestHandler = (_req, _res, next) => next();
    const app = express().use('/x', unrelated).use('/api', api);
    expect(routesOf(app)).to.eql([
      'ALL /x/…',
      'GET /api/tea/:id',
      'GET /api/wrapped/:id',
      'GET /api/app/x',
    ]);
  });

  it('lists handlers that answer below a path, but not what only stands before them', () => {
    const fails = (_e: unknown, _q: unknown, _s: unknown, _n: unknown) => {};
    const app = express()
      .use(answer)
      .use('/api/proxy', answer, answer)
      .use('/api/tea', answer)
      .use(['/one', '/two'], answer)
      .use('/api/tea/green', Router().get('/', answer))
      .use('/errors', fails as never);
    expect(routesOf(app)).to.eql([
      'ALL /api/proxy/…',
      'ALL /one/…',
      'ALL /two/…',
      'GET /api/tea/green',
    ]);
  });

  it('keeps what is no plain path as it is, and follows no circle', () => {
    const circle = Router();
    circle
      .use('/again', circle)
      .get('/x*', answer)
      .get(/^\/y+$/, answer);
    expect(routesOf(express().use('/api', circle))).to.eql(['GET /api/x*', 'GET /api ^\\/y+$']);
  });

  it('finds the same in routers of express 5, which keep their paths in functions', () => {
    const tea = Express5Router();
    tea
      .get('/', answer)
      .get('/:id', answer)
      .get('/files/*path', answer)
      .get('/pots{/:pot}', answer);
    const shop = Express5Router({ mergeParams: true }).use('/v1.0/tea', tea);
    const app = Express5Router()
      .use(answer)
      .use('/api/shops/:shop', shop)
      .use(['/one', '/two{/:size}'], Express5Router().get('/cup', answer))
      .use('/proxy', answer)
      .use(/^\/own/, tea);
    expect(routesOf(app)).to.eql([
      'GET /api/shops/:shop/v1.0/tea',
      'GET /api/shops/:shop/v1.0/tea/:id',
      'GET /api/shops/:shop/v1.0/tea/files/*',
      'GET /api/shops/:shop/v1.0/tea/pots/:pot?',
      'GET /one/cup',
      'GET /two/:size/cup',
      'GET /two/cup',
      'ALL /proxy/…',
    ]);
  });

  it('finds the routes of a new backend, and those that each plugin gets', async () => {
    const tea = createBackendPlugin({
      pluginId: 'tea',
      register(env) {
        env.registerInit({
          deps: { http: coreServices.httpRouter },
          async init({ http }) {
            http.use(Router().get('/pots/:id', answer));
          },
        });
      },
    });
    const backend = await startTestBackend({ features: [tea] });
    try {
      await fetch(`http://localhost:${backend.server.port()}/.backstage/health/v1/readiness`);
      const routes = listRoutes(backend.server).map(({ method, path }) => `${method} ${path}`);
      expect(routes).to.include.members([
        'GET /.backstage/health/v1/readiness',
        'GET /api/tea/pots/:id',
      ]);
    } finally {
      await backend.stop();
    }
  });

  it('finds nothing where there is no router', () => {
    expect(routesOf((_req, res) => void res.end())).to.eql([]);
  });
});
