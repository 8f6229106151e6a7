import { expect } from 'chai';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  readAccessLog,
  uniqueRequests,
  type AccessLogOptions,
  type ParityRequest,
} from 'backstage-forklift/parity';

describe('readAccessLog', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forklift-log-'));
    file = join(folder, 'access.log');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function collect(requests: AsyncIterable<ParityRequest>): Promise<ParityRequest[]> {
    const all: ParityRequest[] = [];
    for await (const request of requests) {
      all.push(request);
    }
    return all;
  }

  async function read(text: string | Buffer, options?: AccessLogOptions): Promise<string[]> {
    await writeFile(file, text);
    const requests = await collect(readAccessLog(file, options));
    return requests.map(({ method, path, as }) => `${method} ${path} ${as}`);
  }

  const formats: Record<string, string> = {
    'the Common Log Format':
      '10.0.0.1 - jane [10/Oct/2026:13:55:36 +0000] "GET /api/tea?a=1 HTTP/1.1" 200 5120',
    'the Combined Log Format':
      '10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /api/tea?a=1 HTTP/2.0" 200 0 "https://portal/GET /x" "curl/8"',
    'morgan in colours': '\u001b[0mGET /api/tea?a=1 \u001b[32m200\u001b[0m 1.5 ms - 12\u001b[0m',
    'morgan, tiny': 'GET /api/tea?a=1 200 12 - 1.5 ms',
    'morgan, short': '::1 - GET /api/tea?a=1 HTTP/1.1 200 12 - 1.5 ms',
    'a proxy that logs addresses':
      '1.1.1.1 - - [x] "GET https://portal:7007/api/tea?a=1 HTTP/1.1" 200',
    'the text of a backend':
      '2026-10-10T13:55:36.000Z rootHttpRouter info [2026-10-10] "GET /api/tea?a=1 HTTP/1.1" 200 12 "-" "curl" type="incomingRequest"',
    'the JSON of an old backend':
      '{"level":"info","message":"::1 - - [x] \\"GET /api/tea?a=1 HTTP/1.1\\" 200 12","type":"incomingRequest"}',
    'the JSON of a new backend':
      '{"level":"info","message":"[x] 200","method":"get","url":"/api/tea?a=1","status":200}',
    'the JSON of nginx':
      '{"remote_addr":"::1","request_method":"GET","request_uri":"/api/tea?a=1","status":"200"}',
    'nginx with the whole request': '{"request":"GET /api/tea?a=1 HTTP/1.1","status":"200"}',
    pino: '{"level":30,"req":{"method":"GET","url":"/api/tea?a=1"},"res":{"statusCode":200}}',
  };
  for (const [name, line] of Object.entries(formats)) {
    it(`reads ${name}`, async () => {
      expect(await read(`${line}\r\n`)).to.eql(['GET /api/tea?a=1 none']);
    });
  }

  const get = (path: string, status = 200) => `- - - [-] "GET ${path} HTTP/1.1" ${status} 0`;

  it('leaves out other lines, other paths, and what changes something', async () => {
    let leftOut = 0;
    const lines = [
      'catalog info Reading locations',
      '1.2.3.4 - - [-] "\\x16\\x03\\x01" 400 0',
      '{"level":"info","message":"Listening on :7007"}',
      '{}',
      '',
      get('/catalog'),
      get('/apis/tea'),
      get('/api/tea').replace('GET', 'POST'),
      get('/api/tea'),
      get('/.backstage/health/v1/readiness').replace('GET', 'HEAD'),
    ];
    expect(await read(lines.join('\n'), { onLeftOut: () => leftOut++ })).to.eql([
      'GET /api/tea none',
      'HEAD /.backstage/health/v1/readiness none',
    ]);
    expect(leftOut).to.equal(1);
  });

  it('sends them in the name it is told, but what was refused in nobody’s', async () => {
    const text = `${get('/api/a')}\n${get('/api/b', 401)}\n{"method":"GET","url":"/api/c","status":401}`;
    expect(await read(text, { as: 'user' })).to.eql([
      'GET /api/a user',
      'GET /api/b none',
      'GET /api/c none',
    ]);
  });

  it('reads compressed logs', async () => {
    const zipped = join(folder, 'access.log.1.gz');
    await writeFile(zipped, gzipSync(get('/api/tea')));
    expect(await collect(readAccessLog(zipped))).to.have.length(1);
    await writeFile(zipped, 'no gzip');
    await expectError(collect(readAccessLog(zipped)), 'REQUESTS_UNREADABLE', /Z_DATA_ERROR/);
  });

  it('reads logs that are larger than it keeps in memory', async () => {
    const large = join(folder, 'large.log');
    const handle = await open(large, 'w');
    const agent = 'x'.repeat(1_000);
    const line = (i: number) => `${get(`/api/tea/${i}`)} "${agent}"`;
    const block = Array.from({ length: 10_000 }, (_, i) => line(i)).join('\n');
    for (let i = 0; i < 10; i++) {
      await handle.write(`${block}\n`);
    }
    await handle.close();
    let count = 0;
    const before = process.memoryUsage().heapUsed;
    let peak = 0;
    for await (const { path } of readAccessLog(large)) {
      count += Number(path.startsWith('/api/tea/'));
      if (count % 10_000 === 0) {
        peak = Math.max(peak, process.memoryUsage().heapUsed - before);
      }
    }
    expect(count).to.equal(100_000);
    expect(peak / 2 ** 20).to.be.below(60);
  });

  const bad: Array<[what: string, text: string, message: RegExp]> = [
    ['an empty file', '', /access\.log: no line is about a request to a backend/],
    ['a log without requests', 'a\nb\n', /access\.log: no line is about a request/],
    [
      'broken JSON',
      `${get('/api/a')}\n{"method": "GET", }x\n`,
      /access\.log:2:\d+: a line of JSON/,
    ],
    ['a line without end', `${get('/api/a')}\n${'x'.repeat(2e6)}`, /: line 2 has more than/],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what}`, () => expectError(read(text), 'REQUESTS_INVALID', message));
  }

  it('names a file that can not be read', () =>
    expectError(
      collect(readAccessLog(join(folder, 'nothing.log'))),
      'REQUESTS_UNREADABLE',
      /nothing\.log' \(ENOENT\)/,
    ));

  async function expectError(work: Promise<unknown>, code: string, message: RegExp): Promise<void> {
    const error = await work.then(
      () => expect.fail('expected a rejection'),
      caught => caught,
    );
    expect(error).to.include({ name: 'ParityError', code });
    expect(error.message).to.match(message);
  }
});

describe('uniqueRequests', () => {
  it('leaves out what is equal to an earlier request, unless it changes something', async () => {
    const request = (method: string, path: string, as: 'user' | 'none' = 'none') =>
      ({ method, path, headers: {}, as }) satisfies ParityRequest;
    const given = [
      request('GET', '/a'),
      request('POST', '/a'),
      request('GET', '/a'),
      request('POST', '/a'),
      request('GET', '/a', 'user'),
    ];
    const kept: ParityRequest[] = [];
    for await (const each of uniqueRequests(given)) {
      kept.push(each);
    }
    expect(kept).to.eql(given.filter((_, i) => i !== 2));
  });
});
