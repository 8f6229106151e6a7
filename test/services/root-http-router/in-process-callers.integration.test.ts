import * as http from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import { startEdge, type Edge } from './support/start-edge';

/** HTTP clients as plugins bring them. */
const load = createRequire(join(__dirname, '../../interop/package.json'));

const HEADERS = { authorization: 'Bearer user', 'content-type': 'application/json' };

const CALLERS: { [name in string]: (url: string, body: string) => Promise<[number, any]> } = {
  async axios(url, data) {
    const { status, data: answer } = await load('axios').post(url, data, { headers: HEADERS });
    return [status, answer];
  },
  async 'axios with an agent of its own'(url, data) {
    const client = load('axios').create({ httpAgent: new http.Agent({ keepAlive: true }) });
    const { status, data: answer } = await client.post(url, data, { headers: HEADERS });
    return [status, answer];
  },
  async 'node-fetch'(url, body) {
    const response = await load('node-fetch')(url, { method: 'POST', body, headers: HEADERS });
    return [response.status, await response.json()];
  },
  async 'node-fetch with an agent of its own'(url, body) {
    const agent = new http.Agent({ keepAlive: true });
    const init = { method: 'POST', body, headers: HEADERS, agent };
    const response = await load('node-fetch')(url, init);
    return [response.status, await response.json()];
  },
  async 'cross-fetch'(url, body) {
    const { fetch } = load('cross-fetch');
    const response = await fetch(url, { method: 'POST', body, headers: HEADERS });
    return [response.status, await response.json()];
  },
};

describe('calls of a backend to itself by the clients of plugins', () => {
  let edge: Edge;
  let networkConnections = 0;
  before(async () => {
    edge = await startEdge({
      config: { backend: { inProcessCalls: true } },
      plugins: {
        one(routes) {
          const router = express.Router();
          router.use(express.json());
          router.post('/echo', (req, res) => void res.status(201).json(req.body));
          routes.use(router);
        },
      },
    });
    edge.server.prependListener('connection', (socket: Socket & { _handle?: object }) => {
      networkConnections += socket._handle ? 1 : 0;
    });
  });
  after(() => edge.stop());

  for (const [name, call] of Object.entries(CALLERS)) {
    it(`stay in the process: ${name}`, async () => {
      const body = { value: 'x'.repeat(50_000) };
      expect(await call(`${edge.url}/api/one/echo`, JSON.stringify(body))).to.deep.equal([
        201,
        body,
      ]);
      expect(networkConnections).to.equal(0);
    });
  }
});
