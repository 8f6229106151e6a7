import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { forklift } from './forklift';
import { TEA_SERVER } from './tea-server';
import { useTemporaryFolder } from './temporary-folder';

const SERVER = `
  const [greeting] = process.argv.slice(2);
  require('http').createServer((request, response) => {
    response.setHeader('x-authorized', String(request.headers.authorization !== undefined));
    response.end(greeting + ' ' + request.url);
  }).listen(process.env.APP_CONFIG_backend_listen_port);
`;

describe('forklift verify', () => {
  const folder = useTemporaryFolder();
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function verify(left: string, right: string, ...args: string[]) {
    return forklift('verify', folder.path(), ...args, '--left', left, '--right', right);
  }

  it('ends with 0 when two backends give the same answers', async () => {
    await folder.write({ 'parity-requests.yaml': 'requests: [GET /a, GET /b]' });
    const answer: RequestListener = (request, response) => response.end(request.url);
    const { code, output } = await verify(await serve(answer), await serve(answer));
    expect(output).to.match(/^= 200 {5}GET \/a .*\n= 200 {5}GET \/b .*$/m);
    expect(output).to.include(
      '2 requests: 2 identical, 0 explained, 0 different, 0 missing\nEQUAL:',
    );
    expect(code).to.equal(0);
  });

  it('sums up what came of the requests to each plugin', async () => {
    await folder.write({
      'parity-requests.yaml':
        'requests: [GET /api/tea/a, GET /api/tea/b?x=/api/milk, GET /api/milk]',
    });
    const answer =
      (tea: string): RequestListener =>
      ({ url }, response) =>
        response.end(url === '/api/tea/a' ? tea : 'same');
    const { output } = await verify(await serve(answer('green')), await serve(answer('black')));
    expect(output).to.include(
      [
        'path       identical  explained  different  missing',
        '/api/tea   1          0          1          0',
        '/api/milk  1          0          0          0',
        '',
        '3 requests: 2 identical',
      ].join('\n'),
    );
  });

  it('ends with 1 when they differ, shows the difference and writes the report', async () => {
    await folder.write({ 'r.yaml': 'requests: [GET /a]' });
    const report = join(folder.path(), 'report.json');
    const junit = join(folder.path(), 'report.xml');
    const { code, output } = await verify(
      await serve((_, response) => response.end('tea')),
      await serve((_, response) => response.end('coffee')),
      '--requests',
      join(folder.path(), 'r.yaml'),
      '--json',
      report,
      '--junit',
      junit,
    );
    expect(output).to.include('    body line 1: "tea" -> "coffee"\n');
    expect(output).to.include('\nDIFFERENT:');
    expect(code).to.equal(1);
    const { equal, results } = JSON.parse(await readFile(report, 'utf8'));
    expect(equal).to.equal(false);
    expect(results[0].verdict).to.equal('mismatched');
    expect(await readFile(junit, 'utf8')).to.include('<failure type="mismatched"');
  });

  it('starts and ends backends that are given as commands, in the folder, with an identity', async () => {
    await folder.write({
      'server.cjs': SERVER,
      'parity-requests.yaml': 'requests: [{ path: /api/tea, as: user }, GET /api/coffee]',
    });
    const { code, output } = await verify('node server.cjs hi', 'node server.cjs hi');
    expect(output).to.match(/^The old backend answers at http:\/\/localhost:\d+ after [\d.]+ s$/m);
    expect(output).to.match(/^= 200 {5}GET \/api\/tea \(as user\) /m);
    expect(code).to.equal(0);
    const [address] = /http:\/\/localhost:\d+/.exec(output)!;
    const failure = await fetch(address).catch(error => error.cause.code);
    expect(failure).to.equal('ECONNREFUSED');
  });

  it('explains how the new system answers errors, but nothing else', async () => {
    const paths = ['/api/tea/token', '/api/tea/sign-in', '/api/tea/path', '/api/tea/other-path'];
    await folder.write({ 'parity-requests.yaml': `requests: [GET ${paths.join(', GET ')}]` });
    const fail =
      (message: string, ownPath: (url: string) => string): RequestListener =>
      ({ url = '' }, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        const error = {
          message: url.endsWith('token') ? message : `${url} ${url.endsWith('in') && message}`,
        };
        const request = { url: url.endsWith('path') ? ownPath(url) : url };
        response.end(JSON.stringify({ error, request }));
      };
    const { code, output } = await verify(
      await serve(fail('Invalid JWT', url => url)),
      await serve(fail('Illegal token', url => (url.endsWith('/path') ? '/path' : '/elsewhere'))),
    );
    expect(output).to.include('    ignored token-refusal: $.error.message (the new backend');
    expect(output).to.include('    ignored error-path: $.request.url (plugins of the new');
    expect(output).to.match(/^4 requests: 0 identical, 2 explained, 2 different, 0 missing$/m);
    expect(code).to.equal(1);
  });

  it('sends only the requests of a plugin', async () => {
    await folder.write({
      'parity-requests.yaml': 'requests: [GET /api/tea/x, GET /api/teapot, GET /api/tea?y]',
    });
    const url = await serve((_, response) => response.end());
    const { output } = await verify(url, url, 'tea');
    expect(output).to.match(/^= .*GET \/api\/tea\/x /m);
    expect(output).to.match(/^= .*GET \/api\/tea\?y /m);
    expect(output).to.match(/^2 requests: /m);
    const { code, notes } = await verify(url, url, 'coffee');
    expect(code).to.equal(2);
    expect(notes).to.equal('error: None of the 3 requests is below /api/coffee\n');
  });

  it('ends with 3 and the output of a backend that does not start, and ends the other', async () => {
    await folder.write({ 'server.cjs': SERVER, 'parity-requests.yaml': 'requests: [GET /a]' });
    const broken = `node -e "console.error('no database'); process.exit(1)"`;
    const { code, notes } = await verify('node server.cjs hi', broken);
    expect(code).to.equal(3);
    expect(notes).to.match(/^error: The new backend did not start: it ended with exit code 1\. /);
    expect(notes).to.include('no database');
  });

  it('replays a HAR file, without what changes something where a backend runs elsewhere', async () => {
    const entry = (method: string, path: string) => ({
      request: {
        method,
        url: `https://portal.example.com${path}`,
        headers: [{ name: 'Authorization', value: 'Bearer recorded' }],
      },
    });
    const entries = [
      entry('GET', '/api/tea/a'),
      entry('POST', '/api/tea/b'),
      entry('GET', '/catalog'),
      entry('GET', '/api/coffee'),
    ];
    await folder.write({ 'recorded.har': JSON.stringify({ log: { entries } }) });
    const seen: string[] = [];
    const url = await serve(({ method, url: path, headers }, response) => {
      seen.push(`${method} ${path} ${headers.authorization}`);
      response.end();
    });
    const har = ['--requests', join(folder.path(), 'recorded.har'), '--concurrency', '4'];
    const { code, output, notes } = await verify(url, url, ...har, 'tea');
    expect(code).to.equal(0);
    expect(output).to.match(/^1 requests: 1 identical/m);
    expect(notes).to.match(/^1 recorded requests that change something were not sent/);
    expect(new Set(seen)).to.eql(new Set(['GET /api/tea/a Bearer recorded']));
    expect(await verify(url, url, ...har, 'milk')).to.include({
      code: 2,
      notes: 'error: None of the 3 requests is below /api/milk\n',
    });
  });

  it('accepts the differences of a baseline until they expire, and tells what is in it for nothing', async () => {
    const accepted = (path: string, expires: string) =>
      `{ request: GET /a, path: ${path}, reason: agreed, expires: ${expires} }`;
    await folder.write({
      'parity-requests.yaml': 'requests: [GET /a]',
      'good.yaml': `accepted: [${accepted('line 1', '2999-01-01')}, ${accepted('status', '2999-01-01')}]`,
      'old.yaml': `accepted: [${accepted('line 1', '2020-01-01')}]`,
    });
    const sides = [
      await serve((_, response) => response.end('tea 1')),
      await serve((_, response) => response.end('tea 2')),
    ] as const;
    const good = await verify(...sides, '--baseline', join(folder.path(), 'good.yaml'));
    expect(good.code).to.equal(0);
    expect(good.output).to.include('baseline: line 1 (agreed; accepted until 2999-01-01)');
    expect(good.notes).to.equal('baseline: GET /a status does not differ any more: take it out\n');
    const old = await verify(...sides, '--baseline', join(folder.path(), 'old.yaml'));
    expect(old.code).to.equal(1);
    expect(old.notes).to.equal('baseline: GET /a line 1 was accepted until 2020-01-01 (agreed)\n');
  });

  it('writes a page and a report of what was compared before a backend died', async () => {
    await folder.write({
      'mortal.cjs': SERVER.replace(
        'response.end(',
        "if (request.url === '/die') { console.error('out of tea'); process.exit(7); } response.end(",
      ),
      'server.cjs': SERVER,
      'parity-requests.yaml': 'requests: [GET /a, GET /die, GET /b]',
    });
    const [json, html] = ['r.json', 'r.html'].map(name => join(folder.path(), name));
    const { code, output, notes } = await verify(
      'node server.cjs hi',
      'node mortal.cjs hi',
      ...['--json', json, '--html', html],
    );
    expect(code).to.equal(3);
    expect(output).to.match(
      /^STOPPED before the last request: the new backend ended with exit code 7$/m,
    );
    expect(notes).to.include('The new backend printed at last:\n  out of tea');
    const { stopped, results } = JSON.parse(await readFile(json, 'utf8'));
    expect(stopped).to.equal('the new backend ended with exit code 7');
    expect(results).to.have.length(2);
    expect(await readFile(html, 'utf8')).to.include('Stopped before the last request');
  });

  it('writes what was compared before it was interrupted', async () => {
    await folder.write({ 'parity-requests.yaml': 'requests: [GET /a, GET /b, GET /c]' });
    const url = await serve(({ url: path }, response) => {
      if (path === '/a') {
        response.end();
      } else {
        process.emit('SIGHUP', 'SIGHUP');
      }
    });
    const json = join(folder.path(), 'report.json');
    const { code, notes } = await verify(url, url, '--json', json);
    expect(code).to.equal(129);
    expect(notes).to.equal('error: Interrupted by SIGHUP\n');
    const { equal, stopped, results } = JSON.parse(await readFile(json, 'utf8'));
    expect({ equal, stopped }).to.eql({ equal: false, stopped: 'Interrupted by SIGHUP' });
    expect(results).to.have.length(1);
  });

  it('sends requests of logs and scenarios, and tells what is covered', async () => {
    await folder.write({
      'server.cjs': TEA_SERVER,
      'access.log': ['GET /api/tea/pots', 'GET /api/tea/pots', 'POST /api/tea/pots', 'GET /x']
        .map(line => `- - - [-] "${line} HTTP/1.1" 200 1\n`)
        .join(''),
      'pots.ts': `
        import type { ParityScenario } from 'backstage-forklift/parity';
        const scenario: ParityScenario = {
          name: 'a pot',
          requests: [
            { path: '/api/tea/pots', capture: { pot: '$.items[0].id' }, expect: { status: 200 } },
            { path: '/api/tea/pots/{{pot}}', expect: { '$.name': (name: string) => name === 'black' } },
          ],
        };
        export default scenario;
      `,
    });
    const { code, output, notes } = await verify(
      'node server.cjs a',
      'node server.cjs a',
      ...['access.log', 'pots.ts'].flatMap(name => ['--requests', join(folder.path(), name)]),
      ...['--unique', '--as', 'service'],
    );
    expect(notes).to.match(/^1 recorded requests that change something were not sent/);
    expect(output.match(/^= .*(?= {2}\d+ ms \/)/gm)).to.eql([
      '= 200     GET /api/tea/pots (as service)',
      '= 200     GET /api/tea/pots',
      '= 200     GET /api/tea/pots/{{pot}}',
    ]);
    expect(output).to.include('\n2 of 5 routes exercised\n    3 not: no request is for it\n');
    expect(code).to.equal(0);
  });

  it('says which backend can not be reached, and why', async () => {
    await folder.write({ 'parity-requests.yaml': 'requests: [GET /a]' });
    const url = await serve((_, response) => response.end());
    const gone = await verify(url, 'http://127.0.0.1:9');
    expect(gone.notes).to.equal(
      'error: The new backend does not answer at http://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9\n',
    );
    expect(gone.code).to.equal(3);
    const { private: key, cert } = generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    const secure = createSecureServer({ key, cert }, (_, response) => response.end('tea'));
    servers.push(secure);
    await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve));
    const address = `https://localhost:${(secure.address() as AddressInfo).port}`;
    const own = await verify(address, address);
    expect(own.notes).to.match(
      /self-signed certificate\. Name the certificates to trust with --ca\n$/,
    );
    expect(own.code).to.equal(3);
    await folder.write({ 'ca.pem': cert });
    const trusted = await verify(address, address, '--ca', join(folder.path(), 'ca.pem'));
    expect(trusted.code, trusted.notes).to.equal(0);
  });

  const wrong: Array<
    [what: string, args: string[], files: Record<string, string>, message: RegExp]
  > = [
    ['writes without databases', ['--writes'], {}, /--writes sends .*: add --database/],
    [
      'a seed for nothing',
      ['--requests', 'r.yaml', '--random-seed', '2'],
      { 'r.yaml': 'requests: [GET /a]' },
      /--random-seed is about requests that are made up: add --explore/,
    ],
    ['tokens for others', ['--as', 'user'], {}, /--as user: a backend that runs elsewhere/],
    ['an unknown principal', ['--as', 'root'], {}, /Allowed choices are user, service, none/],
    [
      'a scenario that does not compile',
      ['--requests', 's.ts'],
      { 's.ts': 'export default defineScenario({' },
      /s\.ts can not be loaded: .*/,
    ],
    [
      'a scenario that fails',
      ['--requests', 's.ts'],
      { 's.ts': 'const a = 1;\nthrow new Error("no tea");' },
      /s\.ts can not be loaded: no tea \(line 2, column \d+\)/,
    ],
    [
      'a scenario that is none',
      ['--requests', 's.mjs'],
      { 's.mjs': 'export default 5;' },
      /s\.mjs: expected the default export to be defineScenario/,
    ],
    [
      'a scenario that is not there',
      ['--requests', 's.ts'],
      {},
      /Cannot read the scenario .*ENOENT/,
    ],
    [
      'a broken OpenAPI document',
      ['--requests', 'o.yaml'],
      { 'o.yaml': 'openapi: 3.0.0\npaths:\n  /a:\n    get:\n      parameters: [{ name: b }]\n' },
      /o\.yaml:5:\d+: expected a parameter with 'name' and 'in'/,
    ],
    [
      'a broken log',
      ['--requests', 'a.log'],
      { 'a.log': '{"a":\n' },
      /a\.log:1:\d+: a line of JSON/,
    ],
  ];
  for (const [what, args, files, message] of wrong) {
    it(`refuses ${what}`, async () => {
      await folder.write(files);
      const inFolder = args.map(arg => (/\.\w+$/.test(arg) ? join(folder.path(), arg) : arg));
      const { code, notes } = await verify('http://127.0.0.1:9', 'http://127.0.0.1:9', ...inFolder);
      expect(notes).to.match(message);
      expect(code).to.equal(2);
    });
  }

  const mistakes: Array<[what: string, files: Record<string, string>, message: RegExp]> = [
    [
      'no requests file',
      {},
      /There is no .*parity-requests\.yaml, and .* can not be seen\. .*--requests file\.yaml/,
    ],
    [
      'a broken requests file',
      { 'parity-requests.yaml': 'requests:\n  - FETCH /a' },
      /parity-requests\.yaml:2:5: unknown method 'FETCH'/,
    ],
    [
      'an identity for a backend that runs elsewhere',
      { 'parity-requests.yaml': 'requests: [{ path: /a, as: user }]' },
      /which the old backend can not verify: it was not started by forklift/,
    ],
  ];
  for (const [what, files, message] of mistakes) {
    it(`refuses ${what}`, async () => {
      await folder.write(files);
      const { code, notes } = await verify('http://127.0.0.1:9', 'http://127.0.0.1:9');
      expect(code).to.equal(2);
      expect(notes).to.match(message);
    });
  }
});
