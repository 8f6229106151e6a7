import { expect } from 'chai';
import express, { type Handler } from 'express';
import sinon from 'sinon';
import request from 'supertest';
import { ConfigReader } from '@backstage/config';
import { MiddlewareFactory } from 'backstage-forklift/services';
import { RecordingLogger } from './support/recording-logger';
import { startEdge, type Edge } from './support/start-edge';

const OPEN = { path: '/', allow: 'unauthenticated' } as const;

describe('middleware', () => {
  let edge: Edge | undefined;
  afterEach(async () => {
    await edge?.stop();
    edge = undefined;
  });

  async function serve(handler: Handler, backend: object = {}) {
    edge = await startEdge({
      config: { backend },
      plugins: {
        one(routes) {
          routes.use(handler);
          routes.addAuthPolicy(OPEN);
        },
      },
    });
    return edge;
  }

  it('logs a line for each answered request', async () => {
    const { url, logger } = await serve((_req, res) => void res.status(201).json({ a: 1 }));
    await request(url).get('/api/one/x?y=z').set('User-Agent', 'me').set('Referer', 'http://from');
    const line = logger.lines.find(({ meta }) => 'status' in meta)!;
    expect(line.message).to.match(
      /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] "GET \/api\/one\/x\?y=z HTTP\/1\.1" 201 7 "http:\/\/from" "me"$/,
    );
    expect(line.meta).to.deep.include({
      service: 'rootHttpRouter',
      type: 'incomingRequest',
      method: 'GET',
      url: '/api/one/x?y=z',
      status: 201,
      httpVersion: '1.1',
      userAgent: 'me',
      contentLength: 7,
      referrer: 'http://from',
    });
  });

  it('leaves out of the line what a request and its answer do not have', async () => {
    const { url, logger } = await serve((_req, res) => void res.status(204).end());
    await request(url).get('/api/one').unset('User-Agent');
    const line = logger.lines.find(({ meta }) => 'status' in meta)!;
    expect(line.message).to.match(/"GET \/api\/one HTTP\/1\.1" 204 0 "-" "-"$/);
    expect(line.meta).to.not.have.any.keys('userAgent', 'contentLength', 'referrer');
  });

  it('prepares no line for a logger that would not write it', async () => {
    const isLevelEnabled = sinon.stub().returns(false);
    const logger = Object.assign(new RecordingLogger(), { isLevelEnabled });
    const app = express();
    app.use(MiddlewareFactory.create({ config: new ConfigReader({}), logger }).logging());
    app.use((_req, res) => void res.send('ok'));
    await request(app).get('/').expect(200);
    sinon.assert.calledOnceWithExactly(isLevelEnabled, 'info', { type: 'incomingRequest' });
    isLevelEnabled.returns(true);
    await request(app).get('/').expect(200);
    expect(logger.lines).to.have.length(1);
  });

  it('logs errors of the server, not those of callers', async () => {
    const { url, logger } = await serve((req, _res, next) =>
      next(Object.assign(new Error('why'), { name: req.path.slice(1) })),
    );
    await request(url).get('/api/one/InputError').expect(400);
    expect(logger.messages('error')).to.deep.equal([]);
    await request(url).get('/api/one/Error').expect(500);
    expect(logger.messages('error')).to.deep.equal(['Request failed with status 500']);
  });

  it('keeps errors of the database and things that are no errors from callers, but logs them', async () => {
    const { url, logger } = await serve(() => {
      throw 'secret';
    });
    const { body, status } = await request(url).get('/api/one');
    expect(status).to.equal(500);
    expect(JSON.stringify(body)).to.not.include('secret');
    const [, logId] = /logId=(\w{20})$/.exec(body.error.message)!;
    expect(logger.lines.find(({ meta }) => 'logId' in meta)).to.deep.nested.include({
      'meta.logId': logId,
      message: `Filtered internal error with logId=${logId} from response`,
    });
  });

  it('keeps the status of a database error, but not in its body', async () => {
    class DatabaseError extends Error {
      statusCode = 503;
    }
    const { url } = await serve((_req, _res, next) => next(new DatabaseError('host and user')));
    const { body, status } = await request(url).get('/api/one');
    expect(status).to.equal(503);
    expect(body.error).to.have.all.keys('name', 'message');
    expect(body.error.message).to.match(/^An internal error occurred logId=/);
  });

  it('shows stack traces when it is told to', async () => {
    const middleware = MiddlewareFactory.create({
      config: new ConfigReader({}),
      logger: new RecordingLogger(),
    });
    const app = express();
    app.use(() => {
      throw new Error('why');
    });
    app.use(middleware.error({ showStackTraces: true }));
    const { body } = await request(app).get('/');
    expect(body.error.stack).to.match(/^Error: why\n +at /);
  });

  it('compresses responses of servers that are not ours', async () => {
    const middleware = MiddlewareFactory.create({
      config: new ConfigReader({}),
      logger: new RecordingLogger(),
    });
    const app = express();
    app.use(middleware.compression());
    app.use((_req, res) => void res.type('text').send('a'.repeat(2000)));
    await request(app)
      .get('/')
      .set('Accept-Encoding', 'gzip')
      .expect('Content-Encoding', 'gzip')
      .expect('Vary', 'Accept-Encoding');
  });

  it('compresses a body that is streamed against back pressure', async () => {
    const chunk = 'abcdefghij'.repeat(5000);
    const { url } = await serve((_req, res) => {
      let left = 40;
      const more = () => {
        while (left > 0) {
          left -= 1;
          if (!res.write(chunk)) {
            return;
          }
        }
        res.end();
      };
      res.type('text').on('drain', more);
      more();
    });
    const { text, headers } = await request(url).get('/api/one').set('Accept-Encoding', 'gzip');
    expect(headers['content-encoding']).to.equal('gzip');
    expect(text.length).to.equal(40 * chunk.length);
  });

  it('serves on when a client goes away before its answer begins', async () => {
    const { url } = await serve((req, res) => {
      if (req.path === '/gone') {
        res.on('close', () => void res.type('text').send('a'.repeat(5000)));
      } else {
        res.send('here');
      }
    });
    const abort = new AbortController();
    const gone = fetch(`${url}/api/one/gone`, { signal: abort.signal }).catch(error => error.name);
    edge!.server.once('request', () => setImmediate(() => abort.abort()));
    expect(await gone).to.equal('AbortError');
    await request(url).get('/api/one').expect('here');
  });

  it('can be arranged anew', async () => {
    edge = await startEdge({
      factory: {
        configure({ app, routes, middleware, healthRouter }) {
          app.get('/own', (_req, res) => void res.send('own'));
          app.use(healthRouter);
          app.use(routes);
          app.use(middleware.notFound());
          app.use(middleware.error());
        },
      },
      root: router => router.use('/mounted', (_req, res) => void res.send('mounted')),
    });
    const { headers } = await request(edge.url).get('/own').expect('own');
    expect(headers).to.include({ 'x-powered-by': 'Express' });
    expect(headers).to.not.have.property('content-security-policy');
    await request(edge.url).get('/mounted').expect('mounted');
    await request(edge.url).get('/.backstage/health/v1/liveness').expect(200);
    await request(edge.url).get('/other').expect(404);
  });

  it('refuses empty health headers', async () => {
    for (const headers of [{ '': 'a' }, { a: '' }, { a: 5 }]) {
      const failure = await startEdge({ config: { backend: { health: { headers } } } }).catch(
        error => error,
      );
      expect(failure.message).to.match(/backend\.health\.headers, must be a non-empty string$/);
    }
  });
});
