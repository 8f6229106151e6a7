import { expect } from 'chai';
import type { RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import selfsigned from 'selfsigned';
import {
  compareResponses,
  formatResult,
  formatVerdict,
  runParity,
  type ParityRequest,
  type ParityResult,
} from 'backstage-forklift/parity';
import { useSubjects } from './use-subjects';

function get(path: string): ParityRequest {
  return { method: 'GET', path, headers: {}, as: 'none' };
}

describe('runParity', () => {
  const serve = useSubjects();

  async function compare(
    left: RequestListener,
    right: RequestListener,
    requests = [get('/x')],
  ): Promise<ParityResult[]> {
    const report = await runParity({
      left: await serve('old', left),
      right: await serve('new', right),
      requests,
    });
    return [...report.results];
  }

  const json =
    (value: unknown, headers: Record<string, string> = {}, status = 200): RequestListener =>
    (_req, res) => {
      res.writeHead(status, { 'content-type': 'application/json', ...headers });
      res.end(JSON.stringify(value));
    };

  const text =
    (body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
    (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain', ...headers });
      res.end(body);
    };

  it('matches equal answers', async () => {
    const [result] = await compare(json({ a: [1, { b: null }] }), json({ a: [1, { b: null }] }));
    expect(result.verdict).to.equal('matched');
    expect(result.left?.status).to.equal(200);
  });

  const planted: Array<
    [what: string, left: RequestListener, right: RequestListener, path: string]
  > = [
    ['another status', json({}), json({}, {}, 201), 'status'],
    ['a dropped header', json({}, { 'x-next': '2' }), json({}), 'x-next'],
    ['an added header', json({}), json({}, { 'x-new': '1' }), 'x-new'],
    [
      'a cookie attribute',
      json({}, { 'set-cookie': 'a=1; HttpOnly' }),
      json({}, { 'set-cookie': 'a=1' }),
      'set-cookie a httponly',
    ],
    ['a number as string', json({ n: 1 }), json({ n: '1' }), '$.n'],
    ['null and missing', json({ n: null }), json({}), '$.n'],
    ['a reordered list', json([1, 2]), json([2, 1]), '$[0]'],
    ['a shorter list', json([1, 2]), json([1]), '$[1]'],
    ['rounding', json({ n: 0.1 + 0.2 }), json({ n: 0.3 }), '$.n'],
    ['a key that needs quotes', json({ 'a b': 1 }), json({ 'a b': 2 }), '$["a b"]'],
    ['an object for a list', json([]), json({}), '$'],
    ['a line of text', text('a\nb'), text('a\nc'), 'line 2'],
    ['a missing last line', text('a\n'), text('a'), 'line 2'],
    [
      'bytes',
      text(Buffer.from([1, 2]), { 'content-type': 'image/png' }),
      text(Buffer.from([1, 3]), { 'content-type': 'image/png' }),
      'bytes',
    ],
    [
      'charset',
      text('a', { 'content-type': 'text/plain; charset=utf-8' }),
      text('a', { 'content-type': 'text/plain; charset=latin1' }),
      'content-type',
    ],
    ['an etag alone', text('a', { etag: '"1"' }), text('a', { etag: '"2"' }), 'etag'],
    ['a redirect target', text('', { location: '/a' }), text('', { location: '/b' }), 'location'],
    [
      'a moment that is not of this run',
      json({ at: '2020-01-01T00:00:00.000Z' }),
      json({ at: '2020-01-01T00:00:01.000Z' }),
      '$.at',
    ],
    [
      'compression',
      text('a'.repeat(2000)),
      text(gzipSync('a'.repeat(2000)), { 'content-encoding': 'gzip' }),
      'content-encoding',
    ],
  ];
  for (const [what, left, right, path] of planted) {
    it(`finds ${what}`, async () => {
      const [result] = await compare(left, right);
      expect(result.verdict).to.equal('mismatched');
      expect(
        result.differences.filter(({ ignored }) => !ignored).map(difference => difference.path),
      ).to.include(path);
    });
  }

  it('finds a side that does not answer', async () => {
    const [result] = await compare(json({}), req => req.socket.destroy());
    expect(result.verdict).to.equal('mismatched');
    expect(result.differences[0]).to.include({ part: 'answer', left: 'status 200' });
    expect(result.right).to.equal(undefined);
  });

  it('calls an endpoint that only the left side has missing', async () => {
    const [result] = await compare(json({}), json({}, {}, 404));
    expect(result.verdict).to.equal('missing');
  });

  it('decodes compressed bodies before it compares them', async () => {
    const zipped = (value: unknown): RequestListener =>
      text(gzipSync(JSON.stringify(value)), {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      });
    const [result] = await compare(zipped({ n: 1 }), zipped({ n: 2 }));
    expect(result.differences.map(({ path }) => path)).to.include('$.n');
  });

  it('explains moments of this run, own addresses and member order', async () => {
    const answer =
      (later: number, swapped: boolean): RequestListener =>
      (req, res) => {
        const at = new Date(Date.now() + later).toISOString();
        const self = `http://${req.headers.host}/x`;
        json(swapped ? { self, at } : { at, self })(req, res);
      };
    const [result] = await compare(answer(0, false), answer(5, true));
    expect(result.verdict).to.equal('ignored');
    const rules = result.differences.map(({ ignored }) => ignored?.rule);
    expect(rules).to.include.members(['timestamp', 'own-address']);

    const [order] = await compare(json({ a: 1, b: 2 }), json({ b: 2, a: 1 }));
    expect(order.verdict).to.equal('ignored');
    expect(order.differences[0].ignored?.rule).to.equal('member-order');
  });

  it('accepts generated ids only while they stand for each other one to one', async () => {
    const [a, b, c, d] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const paths = [get('/first'), get('/second'), get('/third')];
    const left: RequestListener = (req, res) =>
      json({ id: req.url === '/second' ? b : a })(req, res);
    const right: RequestListener = (req, res) =>
      json({ id: req.url === '/second' ? d : c })(req, res);
    expect((await compare(left, right, paths)).map(({ verdict }) => verdict)).to.eql([
      'ignored',
      'ignored',
      'ignored',
    ]);
    const mixedUp: RequestListener = (req, res) =>
      json({ id: req.url === '/third' ? d : c })(req, res);
    const [first, , third] = await compare(left, mixedUp, paths);
    expect(first.verdict).to.equal('ignored');
    expect(third.verdict).to.equal('mismatched');
  });

  it('ignores what the left side gives differently each time, and nothing beside it', async () => {
    let n = 0;
    const counter: RequestListener = (req, res) => json({ n: n++, name: 'a' })(req, res);
    const [noise] = await compare(counter, counter);
    expect(noise.verdict).to.equal('ignored');
    expect(noise.differences.map(({ ignored }) => ignored?.rule)).to.include('noise');

    const renamed: RequestListener = (req, res) => json({ n: n++, name: 'b' })(req, res);
    const [real] = await compare(counter, renamed);
    expect(real.verdict).to.equal('mismatched');
    expect(real.differences.filter(({ ignored }) => !ignored).map(({ path }) => path)).to.include(
      '$.name',
    );
  });

  it('never takes a status for noise, and never repeats a write', async () => {
    let calls = 0;
    const flapping: RequestListener = (req, res) =>
      json({}, {}, calls++ % 2 === 0 ? 200 : 500)(req, res);
    const [status] = await compare(flapping, json({}, {}, 202));
    expect(status.verdict).to.equal('mismatched');

    const seen: string[] = [];
    const recording: RequestListener = (req, res) => {
      seen.push(req.method!);
      json({ n: seen.length })(req, res);
    };
    const [write] = await compare(recording, json({}), [
      { ...get('/x'), method: 'POST', body: {} },
    ]);
    expect(write.verdict).to.equal('mismatched');
    expect(seen).to.eql(['POST']);
  });

  it('sends method, headers, body, token and path as they were written', async () => {
    const seen: unknown[] = [];
    const echo: RequestListener = (req, res) => {
      let body = '';
      req.on('data', chunk => (body += chunk));
      req.on('end', () => {
        seen.push({
          url: req.url,
          auth: req.headers.authorization,
          own: req.headers['x-own'],
          body,
        });
        res.end('ok');
      });
    };
    await runParity({
      left: await serve('old', echo),
      right: await serve('new', echo),
      requests: [
        {
          method: 'PUT',
          path: '/a//b/%2e%2e?q=1',
          headers: { 'x-own': '1' },
          body: { a: 1 },
          as: 'user',
        },
      ],
      identity: { tokenFor: principal => `token-of-${principal}` },
    });
    expect(seen).to.have.length(2);
    expect(seen[0]).to.eql({
      url: '/a//b/%2e%2e?q=1',
      auth: 'Bearer token-of-user',
      own: '1',
      body: '{"a":1}',
    });
  });

  it('waits until both sides hold what the comparison needs, and names the one that does not', async () => {
    let polls = 0;
    const slow: RequestListener = (_req, res) => res.end(++polls > 2 ? 'loaded' : 'loading');
    const report = await runParity({
      left: await serve('old', slow),
      right: await serve('new', text('loaded', { 'content-type': '' })),
      requests: [],
      waitFor: [{ request: get('/state'), contains: 'loaded' }],
    });
    expect(report.results).to.eql([]);
    expect(polls).to.equal(3);

    const never = runParity({
      left: await serve('old', text('loaded')),
      right: await serve('new', text('empty')),
      requests: [],
      waitFor: [{ request: get('/state'), contains: 'loaded' }],
      timeout: 200,
    });
    await never.then(
      () => expect.fail('expected a rejection'),
      error =>
        expect(error.message).to.match(
          /^The new backend did not answer GET \/state with 'loaded' within 0.2 s/,
        ),
    );
  });

  it('compares lists whose order does not count element by element', async () => {
    const request = { ...get('/x'), unordered: ['$.items'] };
    const items = [{ name: 'a' }, { name: 'b', n: 1 }];
    const [order] = await compare(json({ items }), json({ items: items.toReversed() }), [request]);
    expect(order.verdict).to.equal('ignored');
    expect(order.differences[0].ignored?.rule).to.equal('list-order');
    const [value] = await compare(
      json({ items }),
      json({ items: [{ name: 'b', n: 2 }, { name: 'a' }] }),
      [request],
    );
    expect(value.verdict).to.equal('mismatched');
    expect(value.differences).to.deep.include({
      part: 'body',
      path: '$.items[1].n',
      left: 1,
      right: 2,
    });
  });

  it('has requests that change nothing overlap on demand, and lets others run alone', async () => {
    let underWay = 0;
    let aloneWith = 0;
    const held: Array<() => void> = [];
    const listener: RequestListener = (req, res) => {
      underWay++;
      held.push(() => res.end(req.url, () => underWay--));
      if (req.method === 'POST') {
        aloneWith = underWay;
      }
      // The first three are answered when all of them have come.
      if (underWay === 3 || req.method === 'POST' || req.url! > '/4') {
        held.splice(0).forEach(answer => answer());
      }
    };
    const seen: string[] = [];
    const requests = ['/1', '/2', '/3', '/4', '/5', '/6'].map(path => ({
      ...get(path),
      method: path === '/4' ? 'POST' : 'GET',
    }));
    await runParity({
      left: await serve('old', listener),
      right: await serve('new', (req, res) => res.end(req.url)),
      requests,
      concurrency: 3,
      onResult: ({ request, verdict }) => seen.push(`${request.path} ${verdict}`),
    });
    expect(seen).to.eql(requests.map(({ path }) => `${path} matched`));
    expect(aloneWith).to.equal(1);
  });

  it('reports what was compared until it was interrupted', async () => {
    const controller = new AbortController();
    const hangs: RequestListener = (req, res) => {
      if (req.url === '/1') {
        res.end();
      } else {
        controller.abort(new Error('Interrupted by SIGINT'));
      }
    };
    const report = await runParity({
      left: await serve('old', hangs),
      right: await serve('new', hangs),
      requests: [get('/1'), get('/2'), get('/3')],
      signal: controller.signal,
    });
    expect(report).to.include({ equal: false, stopped: 'Interrupted by SIGINT' });
    expect(report.results).to.have.length(1);
    expect(formatVerdict(report)).to.include(
      'STOPPED before the last request: Interrupted by SIGINT',
    );
  });

  it('stops when a side does not answer any more', async () => {
    const right = await serve('new', req => req.socket.destroy());
    const report = await runParity({
      left: await serve('old', json({})),
      right,
      requests: Array.from({ length: 20 }, () => get('/x')),
    });
    expect(report.stopped).to.equal('the new backend did not answer 5 requests in a row');
    expect(report.results).to.have.length(5);

    const ended = await runParity({
      left: await serve('old', json({})),
      right: { ...right, ended: () => 'exit code 1' },
      requests: [get('/x'), get('/y')],
    });
    expect(ended.stopped).to.equal('the new backend ended with exit code 1');
  });

  it('refuses bodies that are too large, or not encoded as they say', async () => {
    const report = await runParity({
      left: await serve('old', text('a'.repeat(2_000))),
      right: await serve('new', text('plain', { 'content-encoding': 'gzip' })),
      requests: [get('/x')],
      maxBodySize: 1_000,
    });
    expect(report.results[0].differences).to.eql([
      {
        part: 'answer',
        path: 'answer',
        left: 'no answer (the body is larger than the limit of 1000 bytes)',
        right: 'no answer (the body can not be decoded: incorrect header check)',
      },
    ]);
  });

  it('takes no answer from either side for no comparison', async () => {
    const breaks: RequestListener = (_req, res) => res.destroy();
    const [result] = await compare(breaks, breaks);
    expect(result.verdict).to.equal('mismatched');
    const [{ part, ignored }] = result.differences;
    expect([part, ignored]).to.eql(['answer', undefined]);
  });

  it('tells long numbers apart that read the same', async () => {
    const raw = (body: string) => text(body, { 'content-type': 'application/json' });
    const [result] = await compare(
      raw('{"id":12345678901234567890}'),
      raw('{"id":12345678901234567000}'),
    );
    expect(result.verdict).to.equal('mismatched');
    expect(result.differences.at(-1)).to.include({
      path: '$ (number)',
      left: '12345678901234567890',
    });
  });

  it('trusts the certificates it is given, and names the trouble with others', async () => {
    const { private: key, cert } = selfsigned.generate(
      [{ name: 'commonName', value: 'localhost' }],
      {
        keySize: 2048,
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
      },
    );
    const subject = await serve('new', createSecureServer({ key, cert }, json({})));
    const report = await runParity({
      left: { ...subject, ca: cert },
      right: subject,
      requests: [get('/x'), { ...get('/x'), method: 'POST' }],
    });
    for (const { differences } of report.results) {
      expect(differences[0]).to.include({
        left: 'status 200',
        right: 'no answer (self-signed certificate)',
      });
    }
  });

  it('compares 20 MB of JSON', async () => {
    const items = Array.from({ length: 160_000 }, (_, id) => ({
      id,
      name: `component-${id}`,
      tags: ['a', 'b'],
      spec: { type: 'service', lifecycle: 'production', owner: 'group:default/team' },
    }));
    const response = (value: unknown) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(value)),
      duration: 0,
    });
    const left = response(items);
    items[159_999].name = 'other';
    const right = response(items);
    expect(left.body.length).to.be.greaterThan(19 * 1024 * 1024);
    expect(compareResponses(left, right).map(({ path }) => path)).to.eql(['$[159999].name']);
  });

  it('has no credentials in its report', async () => {
    const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    const answer = (secret: string): RequestListener =>
      json(
        { apiToken: `${secret}-value`, note: `Bearer ${jwt}${secret}` },
        {
          'set-cookie': `sid=${secret}-cookie; Path=/`,
          'x-api-key': `${secret}-key`,
        },
      );
    const left = await serve('old', answer('leftsecret'));
    const right = await serve('new', answer('rightsecret'));
    const report = await runParity({
      left,
      right,
      requests: [
        {
          method: 'POST',
          path: '/x?access_token=query-secret&a=1',
          headers: {
            authorization: 'Bearer header-secret',
            cookie: 'sid=cookie-secret',
            'x-own': '1',
          },
          body: { password: 'body-secret', user: 'me' },
          as: 'none',
        },
      ],
    });
    const [result] = report.results;
    expect(result.differences.map(({ path }) => path)).to.include.members([
      'set-cookie sid',
      'x-api-key',
      '$.apiToken',
      '$.note',
    ]);
    expect(result.request.headers['x-own']).to.equal('1');
    expect(result.request.path).to.equal('/x?access_token=<secret>&a=1');
    const everything = JSON.stringify(report) + formatResult(result, right.baseUrl);
    expect(everything).to.not.match(/-secret|leftsecret|rightsecret|eyJ/);
    expect(everything).to.include(`-H "authorization: Bearer $TOKEN" -H "cookie: $SECRET"`);
  });

  it('formats results and verdict, with a command to repeat and without tokens', async () => {
    const left = await serve('old', json({ n: 1 }));
    const right = await serve('new', json({ n: 2 }));
    const report = await runParity({
      left,
      right,
      requests: [{ method: 'POST', path: "/it's", headers: {}, body: { a: 1 }, as: 'service' }],
      identity: { tokenFor: () => 'secret-token' },
    });
    const lines = formatResult(report.results[0], right.baseUrl).split('\n');
    expect(lines[0]).to.match(/^≠ 200 {5}POST \/it's \(as service\) {2}\d+ ms \/ \d+ ms$/);
    expect(lines).to.include('    body $.n: 1 -> 2');
    expect(lines.at(-1)).to.equal(
      `    repeat: curl -i -X POST -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' --data '{"a":1}' '${right.baseUrl}/it'\\''s'`,
    );
    expect(formatVerdict(report)).to.equal(
      '1 requests: 0 identical, 0 explained, 1 different, 0 missing\nDIFFERENT: a client can tell the new backend from the old one',
    );
    expect(JSON.stringify(report)).not.to.include('secret-token');
    expect(report.equal).to.equal(false);
  });
});
