import { expect } from 'chai';
import express, { type ErrorRequestHandler, type Handler } from 'express';
import request from 'supertest';
import { startEdge, type Edge } from './support/start-edge';

const onError = (handler: ErrorRequestHandler) => handler as unknown as Handler;

describe('handlers of a plugin', () => {
  let edge: Edge;
  afterEach(() => edge.stop());

  async function ask(handlers: Handler[], path = '/') {
    edge = await startEdge({
      plugins: {
        one(routes) {
          handlers.forEach(handler => routes.use(handler));
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
    return request(edge.url).get(`/api/one${path}`);
  }

  it('are asked in turn until one answers', async () => {
    const { text } = await ask([
      (_req, _res, next) => next(),
      (async () => 'next') as unknown as Handler,
      (_req, _res, next) => void setImmediate(next),
      (_req, res) => void res.send('fourth'),
      (_req, res) => void res.send('fifth'),
    ]);
    expect(text).to.equal('fourth');
  });

  it('skip the ones for errors unless there is an error, and all others when there is', async () => {
    const { text } = await ask([
      onError((_error, _req, res, _next) => res.send('not this')),
      (_req, _res, next) => next(new Error('oh')),
      (_req, res) => void res.send('nor this'),
      onError((error, _req, _res, next) => next(new Error(`${error.message} no`))),
      onError((error, _req, res, _next) => res.send(error.message)),
    ]);
    expect(text).to.equal('oh no');
  });

  it('may be added after the start', async () => {
    let add: (handler: Handler) => void;
    edge = await startEdge({
      plugins: {
        one(routes) {
          add = handler => routes.use(handler);
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
    await request(edge.url).get('/api/one/late').expect(404);
    add!((_req, res) => void res.send('late'));
    await request(edge.url).get('/api/one/late').expect(200, 'late');
  });

  it('may be routers of another copy of express, and express apps', async () => {
    const app = express();
    app.get('/app', (req, res) => void res.json([req.baseUrl, req.url]));
    const { body } = await ask([express.Router().use('/inner', app)], '/inner/app');
    expect(body).to.deep.equal(['/api/one/inner', '/app']);
  });

  it('that reject without a reason fail the request all the same', async () => {
    const { body, status } = await ask([(() => Promise.reject()) as unknown as Handler]);
    expect(status).to.equal(500);
    expect(body.error.message).to.equal('returned promise was rejected but did not have a reason');
  });

  it('must be functions', async () => {
    edge = await startEdge({
      plugins: {
        one(routes) {
          expect(() => routes.use('/path' as never)).to.throw(
            "Invalid handler in httpRouter.use of plugin 'one', expected a router or a function, received string",
          );
        },
      },
    });
  });
});
