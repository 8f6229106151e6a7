import { expect } from 'chai';
import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runParity, urlSubject, type ParityRequest } from 'backstage-forklift/parity';

const REQUESTS = 10_000;
const TEAS = ['Assam', 'Darjeeling', 'Mate', 'Rooibos', 'Sencha'];

/** A backend whose every answer holds times, ids, counters and lists in random order. */
function startNoisyBackend(): Promise<Server> {
  let served = randomInt(100);
  const ids = new Map(TEAS.map(tea => [tea, randomUUID()]));
  const endpoints: Array<() => { headers?: Record<string, string>; body: unknown }> = [
    () => ({ body: { at: new Date(), now: Date.now(), second: Math.floor(Date.now() / 1_000) } }),
    () => ({ body: { id: randomUUID(), ref: `order:${randomUUID()}` } }),
    () => ({ body: { items: shuffle(TEAS.map(name => ({ name, uid: ids.get(name) }))) } }),
    () => ({ body: { teas: shuffle(TEAS), groups: [{ members: shuffle(TEAS) }] } }),
    () => ({ body: { uptime: process.uptime(), served: ++served } }),
    () => ({ body: { items: TEAS.map(name => ({ name, load: Math.random() })) } }),
    () => ({ headers: { 'x-request-id': randomUUID(), 'x-served': `${++served}` }, body: [] }),
    () => ({
      headers: {
        'set-cookie': `sid=${randomBytes(16).toString('hex')}; Path=/; HttpOnly; Expires=${new Date(Date.now() + 60_000).toUTCString()}`,
        expires: new Date(Date.now() + 60_000).toUTCString(),
      },
      body: { token: randomBytes(24).toString('base64') },
    }),
  ];
  const server = createServer((request, response) => {
    const endpoint = Number(/^\/api\/tea\/endpoint-(\d+)/.exec(request.url!)![1]);
    const { headers = {}, body } = endpoints[endpoint % endpoints.length]();
    const text = JSON.stringify(body);
    const etag = `"${createHash('sha1').update(text).digest('hex')}"`;
    response.writeHead(200, { 'content-type': 'application/json', etag, ...headers });
    response.end(text);
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function shuffle<T>(list: readonly T[]): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(randomInt(rest.length), 1)[0]);
}

describe('parity of two backends that differ by noise only', () => {
  const servers: Server[] = [];

  after(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  });

  it(`gives no false alarm in ${REQUESTS} requests`, async function compareMany() {
    this.timeout(180_000);
    servers.push(await startNoisyBackend(), await startNoisyBackend());
    const [left, right] = servers.map((server, i) =>
      urlSubject(['old', 'new'][i], `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
    const requests = Array.from({ length: REQUESTS }, (_, i): ParityRequest => ({
      method: 'GET',
      path: `/api/tea/endpoint-${i % 8}?request=${i}`,
      headers: {},
      as: 'none',
    }));
    const report = await runParity({ left, right, requests, concurrency: 8 });
    const alarms = report.results.flatMap(({ request, differences }) =>
      differences
        .filter(({ ignored }) => !ignored)
        .map(({ path, left: a, right: b }) => `${request.path} ${path}: ${a} -> ${b}`),
    );
    expect(alarms).to.eql([]);
    expect(report.results).to.have.length(REQUESTS);
    expect(report.equal).to.equal(true);
  });

  it('takes times for those of the run on a machine whose clock is wrong, but no others', async () => {
    const HOUR = 3_600_000;
    const start = async (ahead: number, late = 0): Promise<Server> => {
      const server = createServer((_request, response) => {
        const now = Date.now() + ahead;
        response.setHeader('content-type', 'application/json');
        response.setHeader('date', new Date(now).toUTCString());
        response.end(
          JSON.stringify({ at: new Date(now - late), second: Math.floor((now - late) / 1_000) }),
        );
      });
      servers.push(server);
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      return server;
    };
    const compare = async (...sides: Server[]) => {
      const [left, right] = sides.map(server =>
        urlSubject('old', `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
      const request: ParityRequest = { method: 'GET', path: '/', headers: {}, as: 'none' };
      const { results } = await runParity({ left, right, requests: [request] });
      return results[0].differences.filter(({ ignored }) => !ignored).map(({ path }) => path);
    };
    const right = await start(0);
    const wrong = await start(HOUR);
    expect(await compare(right, wrong)).to.eql([]);
    expect(await compare(wrong, right)).to.eql([]);
    expect(await compare(right, await start(0, HOUR))).to.eql(['$.at', '$.second']);
    expect(await compare(right, await start(HOUR, 2 * HOUR))).to.eql(['$.at', '$.second']);
  });

  /** Compares a backend that is degraded now and then with another, many times. */
  async function compareHealth(leftRate: number, rightRate: number) {
    let asked = 0;
    const start = (rate: number): Promise<Server> => {
      const server = createServer((_request, response) => {
        response.setHeader('content-type', 'application/json');
        // As often as it should be, and never in step with another.
        const isDegraded = randomInt(1_000) < rate * 1_000;
        response.end(JSON.stringify({ state: isDegraded ? 'degraded' : 'ok', asked: ++asked }));
      });
      servers.push(server);
      return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
    };
    const [left, right] = (await Promise.all([start(leftRate), start(rightRate)])).map(
      (server, i) =>
        urlSubject(['old', 'new'][i], `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
    const requests = Array.from({ length: 80 }, (): ParityRequest => ({
      method: 'GET',
      path: '/api/tea/health',
      headers: {},
      as: 'none',
    }));
    const report = await runParity({ left, right, requests });
    return report.results.filter(({ request }) => request.method === 'NOISE');
  }

  it('is not fooled by a value that the old side seldom gives and the new side always', async () => {
    // The old side differs from itself in 18 % of two answers, the new side from it in 90 %.
    const [result, ...others] = await compareHealth(0.1, 1);
    expect(others).to.eql([]);
    expect(result.request.path).to.equal('GET /api/tea/health');
    expect(result.verdict).to.equal('mismatched');
    const [{ path, left, right }] = result.differences;
    expect(path).to.equal('$.state');
    expect(left).to.match(/^differs from itself in \d+ % of 40 answers$/);
    expect(right).to.match(/^differs in \d+ %$/);
  });

  it('accepts a value that both sides give as often', async () => {
    expect(await compareHealth(0.5, 0.5)).to.eql([]);
  });
});
