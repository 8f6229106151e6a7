import { expect } from 'chai';
import { ConfigReader } from '@backstage/config';
import { Router } from 'express';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createLogger } from 'winston';
import { coreServices, createBackend, createBackendPlugin } from 'backstage-forklift';
import { createServiceBuilder } from 'backstage-forklift/legacy';
import {
  runParity,
  startServerSubject,
  urlSubject,
  type ParityReport,
  type ParitySubject,
} from 'backstage-forklift/parity';
import { mockServices } from 'backstage-forklift/testing';
import { createTeaHandler, teaRequests, type Change, type Reply, type Rows } from './tea-backend';

type Mutation = [what: string, call: string, change: (reply: Reply) => void, place: string];

const header = (name: string, value: string) => (reply: Reply) => {
  reply.headers[name] = value;
};
const dropHeader = (name: string) => (reply: Reply) => {
  delete reply.headers[name];
};
const body = (change: (body: any) => void) => (reply: Reply) => change(reply.body);
const cookie = (change: (line: string) => string) => (reply: Reply) => {
  const [sid, ...others] = reply.headers['set-cookie'] as string[];
  reply.headers['set-cookie'] = [change(sid), ...others];
};
const replace = (from: string, to: string) => (reply: Reply) => {
  reply.body = reply.body.replace(from, to);
};
const status = (code: number) => (reply: Reply) => {
  reply.status = code;
};

/** One difference each, and the place under which a report has to name it. */
const mutations: Mutation[] = [
  ['another success', 'GET /items', status(206), 'status status'],
  ['200 for 201', 'POST /items', status(200), 'status status'],
  ['200 for 204', 'DELETE /items/2', status(200), 'status status'],
  ['500 for 404', 'GET /items/99', status(500), 'status status'],
  ['403 for 401', 'GET /private', status(403), 'status status'],
  ['301 for 302', 'GET /login', status(301), 'status status'],
  ['200 for 304', 'GET /cached', status(200), 'status status'],
  ['a route without auth', 'GET /private', status(200), 'status status'],
  ['a rate limit', 'GET /limited', status(429), 'status status'],
  ['an endpoint that is gone', 'GET /readme', status(404), 'status status'],
  ['an endpoint that is gone for HEAD', 'HEAD /items', status(405), 'status status'],

  ['a dropped header', 'GET /items', dropHeader('link'), 'header link'],
  ['an added header', 'GET /items', header('x-powered-by', 'Tea'), 'header x-powered-by'],
  ['another caching', 'GET /items', header('cache-control', 'no-store'), 'header cache-control'],
  ['another vary', 'GET /items', header('vary', 'Cookie'), 'header vary'],
  ['another etag', 'GET /items', header('etag', 'W/"items-2"'), 'header etag'],
  ['a strong etag', 'GET /items', header('etag', '"items-1"'), 'header etag'],
  ['no etag', 'GET /cached', dropHeader('etag'), 'header etag'],
  ['another count', 'HEAD /items', header('x-total-count', '3'), 'header x-total-count'],
  [
    'another origin',
    'GET /items',
    header('access-control-allow-origin', 'http://a'),
    'header access-control-allow-origin',
  ],
  [
    'a header in other letters',
    'GET /items',
    header('x-content-type-options', 'NoSniff'),
    'header x-content-type-options',
  ],
  ['another charset', 'GET /page', header('content-type', 'text/html'), 'header content-type'],
  [
    'another media type',
    'GET /items',
    header('content-type', 'application/problem+json'),
    'header content-type',
  ],
  [
    'no content policy',
    'GET /page',
    dropHeader('content-security-policy'),
    'header content-security-policy',
  ],
  [
    'a download',
    'GET /logo.png',
    header('content-disposition', 'attachment'),
    'header content-disposition',
  ],
  ['another redirect', 'GET /login', header('location', '/welcome'), 'header location'],
  ['another new place', 'POST /items', header('location', '/item/3'), 'header location'],
  ['no challenge', 'GET /private', dropHeader('www-authenticate'), 'header www-authenticate'],
  ['other methods', 'OPTIONS /items', header('allow', 'GET, HEAD'), 'header allow'],
  ['no limit', 'GET /limited', dropHeader('ratelimit-limit'), 'header ratelimit-limit'],
  ['no request id', 'GET /noisy', dropHeader('x-request-id'), 'header x-request-id'],
  ['words for a number in a header', 'GET /noisy', header('x-served', 'few'), 'header x-served'],
  ['a value beside noise', 'GET /noisy', header('x-kind', 'other'), 'header x-kind'],
  [
    'no compression',
    'GET /zipped',
    reply => {
      reply.zip = false;
      dropHeader('content-encoding')(reply);
    },
    'header content-encoding',
  ],

  [
    'a cookie for scripts',
    'GET /login',
    cookie(line => line.replace(' HttpOnly;', '')),
    'header set-cookie sid httponly',
  ],
  [
    'an insecure cookie',
    'GET /login',
    cookie(line => line.replace(' Secure;', '')),
    'header set-cookie sid secure',
  ],
  [
    'a cookie for other sites',
    'GET /login',
    cookie(line => line.replace('Lax', 'None')),
    'header set-cookie sid samesite',
  ],
  [
    'a cookie with another path',
    'GET /login',
    cookie(line => line.replace('Path=/', 'Path=/api')),
    'header set-cookie sid path',
  ],
  [
    'a cookie that lasts longer',
    'GET /login',
    cookie(line => line.replace('3600', '7200')),
    'header set-cookie sid max-age',
  ],
  [
    'an empty cookie',
    'GET /login',
    cookie(line => line.replace(/=[^;]*/, '=')),
    'header set-cookie sid',
  ],
  [
    'a dropped cookie',
    'GET /login',
    reply => {
      reply.headers['set-cookie'] = (reply.headers['set-cookie'] as string[]).slice(0, 1);
    },
    'header set-cookie theme',
  ],

  ['a number as text', 'GET /items', body(b => (b.total = '2')), 'body $.total'],
  ['null left out', 'GET /items/1', body(b => delete b.origin), 'body $.origin'],
  ['null for left out', 'GET /items', body(b => (b.extra = null)), 'body $.extra'],
  ['an empty text for null', 'GET /items/1', body(b => (b.origin = '')), 'body $.origin'],
  ['1 for true', 'GET /items/1', body(b => (b.organic = 1)), 'body $.organic'],
  ['a renamed member', 'GET /items/1', body(b => renamePrice(b)), 'body $.price'],
  ['a reordered list', 'GET /items', body(b => b.items.reverse()), 'body $.items[0].id'],
  ['a reordered list of texts', 'GET /items', body(b => b.tags.reverse()), 'body $.tags[0]'],
  ['a shorter list', 'GET /items', body(b => b.items.pop()), 'body $.items[1]'],
  ['a longer list', 'GET /items?page=2', body(b => b.items.push({})), 'body $.items[0]'],
  ['an object for a list', 'GET /items', body(b => (b.empty = {})), 'body $.empty'],
  ['a list for an object', 'GET /items', body(b => (b.options = [])), 'body $.options'],
  ['null for an empty list', 'GET /items', body(b => (b.empty = null)), 'body $.empty'],
  ['rounding', 'GET /items', body(b => (b.share = 0.3)), 'body $.share'],
  ['a lost digit', 'GET /items/1', body(b => (b.uid = 123456789013)), 'body $.uid'],
  ['an old day', 'GET /items/1', body(b => (b.made = '2020-04-02')), 'body $.made'],
  ['another address', 'GET /items', body(b => (b.next = '/items?page=3')), 'body $.next'],
  ['an absolute address', 'GET /items', body(b => (b.next = 'http://a/x')), 'body $.next'],
  ['broken encoding', 'GET /items', body(b => (b.note = 'GrÃ¼ner Tee ☕')), 'body $.note'],
  ['a blank at the end', 'GET /items', body(b => (b.note += ' ')), 'body $.note'],
  [
    'decomposed letters',
    'GET /items',
    body(b => (b.note = b.note.normalize('NFD'))),
    'body $.note',
  ],
  ['another error name', 'GET /items/99', body(b => (b.error.name = 'Error')), 'body $.error.name'],
  [
    'another error message',
    'GET /items/99',
    body(b => (b.error.message = 'Not found')),
    'body $.error.message',
  ],
  ['a stack', 'GET /items/99', body(b => (b.error.stack = 'at x')), 'body $.error.stack'],
  ['a wrapped answer', 'GET /items/1', reply => (reply.body = { data: reply.body }), 'body $.data'],
  ['an empty answer', 'GET /items/1', reply => (reply.body = ''), 'body line 1'],
  ['a body for none', 'GET /login', reply => (reply.body = 'Found'), 'body line 1'],

  ['a changed line', 'GET /readme', replace('Wait', 'Hurry'), 'body line 4'],
  ['a line more', 'GET /readme', replace('Wait.\n', 'Wait.\nStir.\n'), 'body line 5'],
  ['no line at the end', 'GET /readme', replace('Drink.\n', 'Drink.'), 'body line 6'],
  ['other line ends', 'GET /readme', replace('# Tea\n', '# Tea\r\n'), 'body line 1'],
  [
    'a text in another encoding',
    'GET /page',
    reply => (reply.body = Buffer.from(reply.body, 'latin1')),
    'body line 3',
  ],
  ['a lost event', 'GET /stream', replace('event: brewed\ndata: {"cup":1}\n\n', ''), 'body $[1]'],
  ['another byte', 'GET /logo.png', reply => (reply.body[8] = 9), 'body bytes'],
  ['a byte less', 'GET /logo.png', reply => (reply.body = reply.body.subarray(1)), 'body bytes'],
  [
    'bytes that went through a text',
    'GET /logo.png',
    reply => (reply.body = Buffer.from(String(reply.body))),
    'body bytes',
  ],
  ['a value in a compressed answer', 'GET /zipped', body(b => (b.leaves = 13)), 'body $.leaves'],
  ['a stream that breaks', 'GET /stream', reply => (reply.breakAfter = 20), 'answer answer'],
  ['a compression that breaks', 'GET /zipped', reply => (reply.zip = false), 'answer answer'],
  ['no answer', 'GET /readme', reply => (reply.hang = true), 'answer answer'],

  ['a value beside noise', 'GET /noisy', body(b => (b.kind = 'other')), 'body $.kind'],
  ['a number beside noise', 'GET /noisy', body(b => b.version++), 'body $.version'],
  ['another form of an id', 'GET /noisy', body(b => (b.id = 'n-1')), 'body $.id'],
  ['the same id each time', 'GET /noisy', body(b => (b.id = SAME_ID)), 'body $.id'],
  ['an old time', 'GET /noisy', body(b => (b.at = '2020-01-01')), 'body $.at'],
  [
    'an old time in full',
    'GET /noisy',
    body(b => (b.at = '2020-01-01T00:00:00.000Z')),
    'body $.at',
  ],
  ['an old time as a number', 'GET /noisy', body(b => (b.time = 1577836800000)), 'body $.time'],
  ['a text for a counter', 'GET /noisy', body(b => (b.served = `${b.served}`)), 'body $.served'],
  ['a time left out', 'GET /noisy', body(b => delete b.time), 'body $.time'],
  [
    'a value in a list in random order',
    'GET /shuffled',
    body(b => (b.items.find((item: any) => item.n === 3).name = 'coffee')),
    'body $.items[*].name',
  ],
  [
    'an element missing in a list in random order',
    'GET /shuffled',
    body(b => b.items.splice(2, 1)),
    'body $.items[*]',
  ],
  [
    'a text twice in a list in random order',
    'GET /shuffled',
    body(b => (b.tags = ['a', 'a', 'b', 'c', 'd', 'e'])),
    'body $.tags[*]',
  ],
];

const SAME_ID = randomUUID();
const MOUNT = '/api/tea';

function renamePrice(item: any): void {
  item.cost = item.price;
  delete item.price;
}

/** Seen only by the requests that follow. */
const writes: Array<
  [what: string, call: string, change: (rows: Rows) => void, seenBy: string, place: string]
> = [
  ['a row that was not written', 'POST /items', rows => rows.delete(3), 'GET /items/3', 'status'],
  [
    'a wrong row',
    'POST /items',
    rows => (rows.get(3)!.price = 4.49),
    'GET /items/3',
    'body $.price',
  ],
  [
    'a change that did not happen',
    'PUT /items/1',
    rows => rows.set(1, { id: 1, name: 'Darjeeling', price: 3.1 }),
    'GET /items/1',
    'body $.name',
  ],
  [
    'a row that was not deleted',
    'DELETE /items/2',
    rows => rows.set(2, { id: 2, name: 'Rooibos', price: 2.7 }),
    'GET /items/2',
    'status',
  ],
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('parity of a migrated backend with one difference', () => {
  const subjects: ParitySubject[] = [];
  const handlers = { old: createTeaHandler(), new: createTeaHandler() };
  const routerOf = (side: 'old' | 'new') =>
    Router().use((request, response) => handlers[side](request, response));

  /** As it was: routers by the old service builder. */
  async function startOld(): Promise<ParitySubject> {
    const backend = { listen: { host: '127.0.0.1', port: 0 }, baseUrl: 'http://localhost' };
    const builder = createServiceBuilder(module).loadConfig(new ConfigReader({ backend }));
    const server = await builder
      .setLogger(createLogger({ silent: true }))
      .addRouter(MOUNT, routerOf('old'))
      .start();
    return await startServerSubject({ name: 'old', server });
  }

  /** As it became: a plugin of the new system. */
  async function startNew(): Promise<ParitySubject> {
    const tea = createBackendPlugin({
      pluginId: 'tea',
      register(env) {
        env.registerInit({
          deps: { http: coreServices.httpRouter },
          async init({ http }) {
            http.use(routerOf('new'));
            http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          },
        });
      },
    });
    const port = await freePort();
    const listen = { host: '127.0.0.1', port };
    const data = { backend: { listen, baseUrl: `http://localhost:${port}` } };
    const backend = createBackend();
    backend.add(mockServices.rootConfig.factory({ data }));
    backend.add(mockServices.rootLogger.factory());
    backend.add(tea);
    await backend.start();
    return { ...urlSubject('new', `http://127.0.0.1:${port}`), stop: () => backend.stop() };
  }

  before(async () => {
    subjects.push(await startOld(), await startNew());
  });

  after(() => Promise.all(subjects.map(subject => subject.stop())));

  /** Both sides have rows, so each comparison begins with new ones. */
  async function compare(change: Change = {}, timeout = 400): Promise<ParityReport> {
    handlers.old = createTeaHandler();
    handlers.new = createTeaHandler(change);
    const [left, right] = subjects;
    const requests = teaRequests.map(each => ({ ...each, path: MOUNT + each.path }));
    return await runParity({ left, right, requests, timeout });
  }

  /** `GET /items: body $.total` for each unexplained difference, without indexes of random lists. */
  function found(report: ParityReport): string[] {
    return report.results.flatMap(({ request, differences }) =>
      differences
        .filter(({ ignored }) => !ignored)
        .map(({ part, path }) => {
          const call = `${request.method} ${request.path.slice(MOUNT.length)}`;
          const place = call === 'GET /shuffled' ? path.replace(/\[\d+\]/g, '[*]') : path;
          return `${call}: ${part} ${place}`;
        }),
    );
  }

  it('finds nothing where there is none', async () => {
    expect(found(await compare())).to.eql([]);
  });

  it('is tried with at least 60 differences', () => {
    expect(mutations.length + writes.length).to.be.at.least(60);
  });

  for (const [what, call, change, place] of mutations) {
    it(`finds ${what} (${call})`, async () => {
      const report = await compare({
        reply: (reply, received) => received === call && change(reply),
      });
      const places = found(report);
      expect(places, places.join()).to.include(`${call}: ${place}`);
      expect(places.filter(each => !each.startsWith(`${call}: `))).to.eql([]);
    });
  }

  it('tells of an endpoint that has become slow, which is no difference', async () => {
    const call = 'GET /readme';
    const slow = (reply: Reply, received: string) => {
      reply.delay = received === call ? 700 : undefined;
    };
    const report = await compare({ reply: slow }, 10_000);
    const { verdict, differences } = report.results.find(
      ({ request }) => request.path === `${MOUNT}/readme`,
    )!;
    expect(verdict).to.equal('ignored');
    const { path, right, ignored } = differences.find(({ part }) => part === 'timing')!;
    expect([path, ignored!.rule]).to.deep.equal(['duration', 'slower']);
    expect(parseInt(String(right))).to.be.greaterThan(600);
    const told = report.results.filter(each =>
      each.differences.some(({ part }) => part === 'timing'),
    );
    expect(told).to.have.length(1);
    expect(report.equal).to.equal(true);
  });

  for (const [what, call, change, seenBy, place] of writes) {
    it(`finds ${what} (${call})`, async () => {
      const report = await compare({ rows: (rows, received) => received === call && change(rows) });
      expect(found(report).some(each => each.startsWith(`${seenBy}: ${place}`))).to.equal(true);
    });
  }
});
