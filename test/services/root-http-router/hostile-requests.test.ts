import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { startEdge, type Edge } from './support/start-edge';

describe('hostile requests', () => {
  let edge: Edge;
  before(async () => {
    edge = await startEdge({
      plugins: {
        one(routes) {
          const router = express.Router();
          router.use(express.json());
          router.post('/body', (req, res) => void res.json(req.body));
          router.get('/go', (req, res) => res.redirect(String(req.query.to)));
          router.get('/name', (req, res) => void res.set('X-Name', String(req.query.n)).end());
          routes.use(router);
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
  });
  after(() => edge.stop());
  afterEach(async () => {
    const alive = await fetch(`${edge.url}/.backstage/health/v1/liveness`);
    expect(await alive.json()).to.deep.equal({ status: 'ok' });
  });

  const send = (text: string) => sendTo(edge.port, text);
  async function sendTo(port: number, text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) {
      answer += chunk;
    }
    return answer;
  }
  const post = (body: string, headers: object) =>
    fetch(`${edge.url}/api/one/body`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it('cannot add headers to answers', async () => {
    for (const path of ['/go?to=/x%0d%0aSet-Cookie:a=b', '/name?n=a%0d%0aSet-Cookie:a=b']) {
      const { headers } = await fetch(`${edge.url}/api/one${path}`, { redirect: 'manual' });
      expect(headers.get('set-cookie')).to.equal(null);
    }
  });

  it('that are not HTTP are refused', async () => {
    expect(await send('HELLO\r\n\r\n')).to.match(/^HTTP\/1\.1 400 /);
    expect(await send('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n')).to.match(/ 400 /);
    expect(
      await send(
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ).to.match(/^HTTP\/1\.1 400 /);
  });

  it('with huge headers are refused', async () => {
    const huge = `X-Huge: ${'a'.repeat(20_000)}`;
    expect(await send(`GET / HTTP/1.1\r\nHost: a\r\n${huge}\r\n\r\n`)).to.match(/ 431 /);
  });

  it('with many headers are answered', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `A${i}: b\r\n`).join('');
    const target = '/.backstage/health/v1/liveness';
    expect(
      await send(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${many}\r\n`),
    ).to.match(/^HTTP\/1\.1 200 /);
  });

  it('with a body that is too large or no JSON get the error of their plugin', async () => {
    const large = await post(JSON.stringify('a'.repeat(200_000)), {});
    expect(large.status).to.equal(413);
    expect(await large.json()).to.deep.include({ response: { statusCode: 413 } });
    const broken = await post('{', {});
    expect(broken.status).to.equal(400);
    expect(await broken.json()).to.have.nested.property('error.name', 'SyntaxError');
  });

  it('that break off are forgotten', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(
      'POST /api/one/body HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await once(edge.server, 'request');
    socket.destroy();
    await once(socket, 'close');
  });

  it('that come too slowly are given up, and others are served meanwhile', async () => {
    const impatient = await startEdge({
      config: {
        backend: { server: { headersTimeout: 100, requestTimeout: 200 } },
      },
      plugins: {
        one(routes) {
          routes.use(express.json());
          routes.use((_req, res) => void res.json({}));
          routes.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      },
    });
    try {
      const post = 'POST /api/one HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
      const answers = Promise.all([
        sendTo(impatient.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '),
        sendTo(impatient.port, `${post}Content-Length: 100\r\n\r\n{`),
      ]);
      expect((await fetch(`${impatient.url}/api/one`)).status).to.equal(200);
      const [slowHead, slowBody] = await answers;
      expect(slowHead).to.match(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(slowBody).to.match(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    } finally {
      await impatient.stop();
    }
  });

  it('with names of object properties for paths find nothing', async () => {
    for (const path of ['/api/__proto__', '/api/constructor/x', '/__proto__', '/api/toString']) {
      const { status } = await fetch(edge.url + path);
      expect(status).to.equal(404);
    }
  });

  it('with a bare authorization header get no further than others', async () => {
    const guarded = await startEdge({ plugins: { two: () => {} } });
    for (const authorization of ['Bearer', 'Bearer ', 'Basic abc', 'bearer\tuser', 'user']) {
      const { status } = await fetch(`${guarded.url}/api/two`, { headers: { authorization } });
      expect(status).to.be.oneOf([401, 403]);
    }
    await guarded.stop();
  });
});
