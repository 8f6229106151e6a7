import { expect } from 'chai';
import request from 'supertest';
import { startEdge, type Edge } from './support/start-edge';

const REDIS = process.env.BACKSTAGE_TEST_CACHE_REDIS7_CONNECTION_STRING;
const OPEN = { path: '/', allow: 'unauthenticated' } as const;

describe('rate limits', () => {
  const edges: Edge[] = [];
  afterEach(() => Promise.all(edges.splice(0).map(edge => edge.stop())));

  async function start(rateLimit: unknown) {
    const edge = await startEdge({
      config: { backend: { rateLimit } },
      plugins: Object.fromEntries(
        ['one', 'two'].map(pluginId => [
          pluginId,
          routes => {
            routes.use((_req, res) => void res.send('ok'));
            routes.addAuthPolicy(OPEN);
          },
        ]),
      ),
    });
    edges.push(edge);
    return edge.url;
  }
  const statuses = async (url: string, count: number) => {
    const found: number[] = [];
    for (let i = 0; i < count; i++) {
      found.push((await request(url).get('/api/one')).status);
    }
    return found;
  };

  it('answer 429 with a body', async () => {
    const url = await start({ incomingRequestLimit: 1, ipAllowList: [] });
    await request(url).get('/api/one').expect(200).expect('X-RateLimit-Remaining', '0');
    const { status, body, headers } = await request(url).get('/api/one');
    expect(status).to.equal(429);
    expect(body).to.deep.equal({
      error: { name: 'Error', message: 'Too many requests, please try again later' },
      response: { statusCode: 429 },
    });
    expect(headers).to.include({ 'retry-after': '60', 'x-ratelimit-limit': '1' });
  });

  it('leave out this machine unless told', async () => {
    expect(await statuses(await start(true), 8)).to.deep.equal(Array(8).fill(200));
    expect(await statuses(await start({ incomingRequestLimit: 1 }), 3)).to.deep.equal([
      200, 200, 200,
    ]);
  });

  it('are off with false, and for all plugins with global false', async () => {
    expect(await statuses(await start(false), 8)).to.deep.equal(Array(8).fill(200));
    const off = { global: false, incomingRequestLimit: 1, ipAllowList: [] };
    expect(await statuses(await start(off), 2)).to.deep.equal([200, 200]);
  });

  it('are counted in this process when their store is one that nobody knows', async () => {
    const limit = { store: { type: 'disk' }, incomingRequestLimit: 1, ipAllowList: [] };
    expect(await statuses(await start(limit), 2)).to.deep.equal([200, 429]);
  });

  it('may hold for one plugin', async () => {
    const limit = { incomingRequestLimit: 1, ipAllowList: [] };
    const url = await start({ global: false, plugin: { one: limit } });
    expect(await statuses(url, 2)).to.deep.equal([200, 429]);
    await request(url).get('/api/two').expect(200);
    await request(url).get('/api/two').expect(200);
  });

  it('may leave out requests that fail or succeed', async () => {
    const limit = { incomingRequestLimit: 1, ipAllowList: [], skipSuccessfulRequests: true };
    expect(await statuses(await start(limit), 3)).to.deep.equal([200, 200, 200]);
  });

  it('end with their window', async () => {
    const url = await start({
      window: { milliseconds: 100 },
      incomingRequestLimit: 1,
      ipAllowList: [],
    });
    expect(await statuses(url, 2)).to.deep.equal([200, 429]);
    let status = 429;
    while (status === 429) {
      [status] = await statuses(url, 1);
    }
    expect(status).to.equal(200);
  });

  it('name what is wrong in their configuration', async () => {
    const mistakes: Array<[rateLimit: unknown, message: RegExp]> = [
      [{ store: { type: 'redis' } }, /'backend\.rateLimit\.store\.connection'/],
      [{ store: {} }, /'backend\.rateLimit\.store\.type'/],
      [{ window: 'soon' }, /backend\.rateLimit\.window/],
      [{ incomingRequestLimit: 'many' }, /'backend\.rateLimit\.incomingRequestLimit'/],
      [{ ipAllowList: '::1' }, /'backend\.rateLimit\.ipAllowList'/],
      ['yes', /'backend\.rateLimit'/],
    ];
    for (const [rateLimit, message] of mistakes) {
      const failure = await start(rateLimit).then(
        () => expect.fail(`started with ${JSON.stringify(rateLimit)}`),
        error => error,
      );
      expect(failure.message).to.match(message);
    }
  });

  it('are counted together by backends that share a redis', async function run() {
    if (!REDIS) {
      console.log('      skipped: no address of REDIS_7 in the environment');
      this.skip();
    }
    const ip = `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 256)).join('.')}`;
    const rateLimit = {
      store: { type: 'redis', connection: REDIS },
      window: { seconds: 2 },
      incomingRequestLimit: 2,
      ipAllowList: [],
    };
    const urls: string[] = [];
    for (let i = 0; i < 2; i++) {
      const edge = await startEdge({
        config: { backend: { rateLimit, trustProxy: true } },
        root: router => router.use('/x', (_req, res) => void res.send('ok')),
      });
      edges.push(edge);
      urls.push(edge.url);
    }
    const found: number[] = [];
    for (const url of [urls[0], urls[1], urls[0], urls[1]]) {
      found.push((await request(url).get('/x').set('X-Forwarded-For', ip)).status);
    }
    expect(found).to.deep.equal([200, 200, 429, 429]);
  });
});
