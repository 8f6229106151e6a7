import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, json, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import express from 'express';
import supertest from 'supertest';
import { startEdge, type Edge, type EdgeOptions } from './support/start-edge';

const USER = { authorization: 'Bearer user' };

describe('calls of a backend to itself', () => {
  let edge: Edge;
  let networkConnections: number;
  const stops: Array<() => Promise<void>> = [];
  const fetchBefore = () =>
    (globalThis as { [key in symbol]?: unknown })[Symbol.for('undici.globalDispatcher.1')];

  afterEach(async () => {
    for (const stop of stops.splice(0)) {
      await stop();
    }
  });

  async function start(
    mount: (router: express.Router) => void = () => {},
    backend: object = { inProcessCalls: true },
    options: EdgeOptions = {},
  ) {
    networkConnections = 0;
    edge = await startEdge({
      ...options,
      config: { backend },
      plugins: {
        one(routes) {
          const router = express.Router();
          mount(router);
          router.all('/echo', (req, res) => {
            res.set('X-Secure', String(req.secure)).json({
              method: req.method,
              url: req.originalUrl,
              headers: req.rawHeaders,
              ip: req.ip,
            });
          });
          routes.use(router);
        },
      },
    });
    stops.push(() => edge.stop());
    edge.server.prependListener('connection', (socket: Socket & { _handle?: object }) => {
      networkConnections += socket._handle ? 1 : 0;
    });
  }

  it('use the network unless the configuration says otherwise', async () => {
    await start(undefined, {});
    expect((await fetch(`${edge.url}/api/one/echo`, { headers: USER })).status).to.equal(200);
    expect(networkConnections).to.equal(1);
  });

  it('stay in the process, with the same request, answer and middleware', async () => {
    async function answers() {
      const head = { ...USER, 'X-Two': 'a, b', Connection: 'close' };
      const found = [];
      for (const headers of [head, { ...head, authorization: 'Bearer none' }, {}]) {
        const request = http.request(`${edge.url}/api/one/echo?a=b%20c`, { headers }).end();
        const [viaHttp] = await once(request, 'response');
        const body = await text(viaHttp);
        const viaFetch = await fetch(`${edge.url}/api/one/echo`, {
          method: 'PUT',
          body: 'x',
          headers,
        });
        found.push(
          [viaHttp.statusCode, viaHttp.statusMessage, viaHttp.rawHeaders, body],
          [viaFetch.status, viaFetch.url, [...viaFetch.headers], await viaFetch.text()],
        );
      }
      return JSON.stringify(found, null, 1)
        .replaceAll(String(edge.port), '<port>')
        .replace(/(?<=(date|etag)",\s+)"[^\n]+"/gi, '<varies>');
    }
    await start(undefined, {});
    const overNetwork = await answers();
    expect(networkConnections).to.be.above(0);
    await edge.stop();
    await start();
    expect(await answers()).to.equal(overNetwork);
    expect(networkConnections).to.equal(0);
    expect(overNetwork).to.include('200').and.include('401').and.include('403');
  });

  it('may be made by any agent', async () => {
    await start();
    const agents = [
      new http.Agent({ keepAlive: true }),
      new http.Agent({ maxSockets: 1 }),
      new (class OwnAgent extends http.Agent {})(),
      false,
      undefined,
    ];
    for (const agent of [...agents, ...agents]) {
      const request = http.get(`${edge.url}/api/one/echo`, { headers: USER, agent });
      const [response] = await once(request, 'response');
      expect(await json(response)).to.include({ method: 'GET' });
    }
    await supertest(edge.url).get('/api/one/echo').set(USER).expect(200);
    expect(networkConnections).to.equal(0);
    agents.forEach(agent => agent instanceof http.Agent && agent.destroy());
  });

  it('use the network where the caller brings connections of its own', async () => {
    await start();
    class ProxyAgent extends http.Agent {
      override createConnection(options: { host: string; port: number }) {
        return connect(options.port, options.host);
      }
    }
    const viaAgent = http.get(`${edge.url}/api/one/echo`, {
      headers: USER,
      agent: new ProxyAgent(),
    });
    expect((await once(viaAgent, 'response'))[0].statusCode).to.equal(200);
    expect(networkConnections).to.equal(1);
    const own = http.get(`${edge.url}/api/one/echo`, {
      headers: USER,
      createConnection: () => connect(edge.port, '127.0.0.1'),
    });
    expect((await once(own, 'response'))[0].statusCode).to.equal(200);
    expect(networkConnections).to.equal(2);
  });

  it('wait for the server to ask for a body, and carry trailers and answers without a body', async () => {
    await start(router => {
      router.put('/trailers', (req, res) => {
        req.resume().on('end', () => {
          res.set('Trailer', 'X-Sum').write('body');
          res.addTrailers({ 'X-Sum': String(req.trailers['x-sum']) });
          res.end();
        });
      });
      router.delete('/nothing', (_req, res) => void res.status(204).end());
    });
    const request = http.request(`${edge.url}/api/one/trailers`, {
      method: 'PUT',
      headers: { ...USER, Expect: '100-continue', Trailer: 'X-Sum' },
    });
    request.flushHeaders();
    await once(request, 'continue');
    request.addTrailers({ 'X-Sum': '5' });
    request.end('hello');
    const [response] = await once(request, 'response');
    expect(await text(response)).to.equal('body');
    expect(response.trailers).to.deep.equal({ 'x-sum': '5' });

    const nothing = await fetch(`${edge.url}/api/one/nothing`, { method: 'DELETE', headers: USER });
    expect(nothing.status).to.equal(204);
    const head = await fetch(`${edge.url}/api/one/echo`, { method: 'HEAD', headers: USER });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
    expect(networkConnections).to.equal(0);
  });

  it('carry large bodies in both directions, no faster than they are read', async () => {
    const sent = randomBytes(8 * 1024 * 1024);
    const pieces = Array.from({ length: 64 }, (_, i) => sent.subarray(i << 17, (i + 1) << 17));
    let piecesSent = 0;
    let clientWaits = () => {};
    const waits = new Promise<void>(resolve => {
      clientWaits = resolve;
    });
    await start(router =>
      router.post('/large', async (req, res) => {
        await waits;
        res.set('X-Pieces-Sent', String(piecesSent));
        const hash = createHash('sha256');
        for await (const chunk of req) {
          hash.update(chunk);
        }
        res.set('X-Hash', hash.digest('hex'));
        await pipeline(Readable.from(pieces), res);
      }),
    );
    const request = http.request(`${edge.url}/api/one/large`, { method: 'POST', headers: USER });
    const answered = once(request, 'response');
    for (const piece of pieces) {
      piecesSent += 1;
      if (!request.write(piece)) {
        clientWaits();
        await once(request, 'drain');
      }
    }
    request.end();
    const [response] = await answered;
    expect(response.headers['x-hash']).to.equal(createHash('sha256').update(sent).digest('hex'));
    expect(Number(response.headers['x-pieces-sent'])).to.be.below(pieces.length);
    expect(sent.equals(await buffer(response))).to.equal(true);
    expect(networkConnections).to.equal(0);
  });

  it('can be many at the same time', async () => {
    await start();
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await fetch(`${edge.url}/api/one/echo`, { headers: USER });
        await response.json();
        return response.status;
      }),
    );
    expect(statuses).to.deep.equal(Array(200).fill(200));
    expect(networkConnections).to.equal(0);
  });

  it('can be aborted, which the plugin sees', async () => {
    let closed: Promise<unknown> | undefined;
    await start(router =>
      router.get('/slow', (_req, res) => {
        closed = once(res, 'close');
        res.write('begun');
      }),
    );
    const controller = new AbortController();
    const response = await fetch(`${edge.url}/api/one/slow`, {
      headers: USER,
      signal: controller.signal,
    });
    controller.abort();
    const error = await response.text().catch(e => e);
    expect(error).to.have.property('name', 'AbortError');
    await closed;
  });

  it('see an answer that breaks off', async () => {
    await start(router =>
      router.get('/broken', (_req, res) => {
        res.write('begun');
        res.socket!.destroy();
      }),
    );
    const response = await fetch(`${edge.url}/api/one/broken`, { headers: USER }).catch(e => e);
    const error =
      response instanceof Error ? response : await response.text().catch((e: Error) => e);
    expect(error).to.be.instanceOf(Error);
  });

  it('time out as over the network', async () => {
    await start(router => router.get('/never', () => {}));
    const request = http.get(`${edge.url}/api/one/never`, { headers: USER, timeout: 30 });
    request.on('error', () => {});
    await once(request, 'timeout');
    request.destroy();
  });

  it('lend their async context to nobody', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await start(router =>
      router.get('/context', (_req, res) => {
        seen.push(storage.getStore());
        setImmediate(() => {
          seen.push(storage.getStore());
          res.json({});
        });
      }),
    );
    for (const name of ['first', 'second']) {
      await storage.run(name, async () => {
        await (await fetch(`${edge.url}/api/one/context`, { headers: USER })).json();
        expect(storage.getStore()).to.equal(name);
        const request = http.get(`${edge.url}/api/one/context`, { headers: USER });
        const inCallback = new Promise(resolve =>
          request.on('response', response => {
            response.resume().on('end', () => resolve(storage.getStore()));
          }),
        );
        expect(await inCallback).to.equal(name);
      });
    }
    expect(seen).to.deep.equal(Array(8).fill(undefined));
  });

  it('may ask for another protocol', async () => {
    await start();
    edge.server.on('upgrade', (_req, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      socket.pipe(socket);
    });
    const request = http.get(edge.url, { headers: { connection: 'Upgrade', upgrade: 'x' } });
    const [, socket] = await once(request, 'upgrade');
    socket.end('hello');
    expect(await text(socket)).to.equal('hello');
    expect(networkConnections).to.equal(0);
  });

  it('use the network to all other addresses', async () => {
    await start();
    const other = http
      .createServer((_req, res) => res.end('{"other":true}'))
      .listen(0, '127.0.0.1');
    await once(other, 'listening');
    stops.push(async () => {
      other.closeAllConnections();
      other.close();
    });
    const { port } = other.address() as { port: number };
    expect(await (await fetch(`http://127.0.0.1:${port}`)).json()).to.deep.equal({ other: true });
    const [response] = await once(http.get(`http://127.0.0.1:${port}`), 'response');
    expect(await json(response)).to.deep.equal({ other: true });
  });

  it('end with the server, and leave nothing behind', async () => {
    void globalThis.Headers;
    const agentsOf = () => (http.Agent.prototype as any).createConnection;
    const before = [fetchBefore(), agentsOf()];
    await start();
    await (await fetch(`${edge.url}/api/one/echo`, { headers: USER })).json();
    expect(fetchBefore()).not.to.equal(before[0]);
    await edge.stop();
    expect([fetchBefore(), agentsOf()]).to.deep.equal(before);
    const error = await fetch(`${edge.url}/api/one/echo`).catch(e => e);
    expect(error.cause.code).to.equal('ECONNREFUSED');
  });

  it('to a backend with TLS are secure', async () => {
    await start(undefined, {
      inProcessCalls: true,
      https: true,
      baseUrl: 'https://localhost:7007',
    });
    const url = edge.url.replace('http:', 'https:');
    const response = await fetch(`${url}/api/one/echo`, { headers: USER });
    expect(response.headers.get('x-secure')).to.equal('true');
    expect(await response.json()).to.include({ ip: '127.0.0.1' });
    const agent = new https.Agent();
    const viaAgent = https.get(`${url}/api/one/echo`, { headers: USER, agent });
    expect((await once(viaAgent, 'response'))[0].headers['x-secure']).to.equal('true');
    // The server is to see a certificate of the caller, for which it takes a connection with TLS.
    expect(() => https.get(url, { agent, cert: 'x', key: 'x' })).to.throw('PEM');
  });
});
