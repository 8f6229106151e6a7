import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  readHarFile,
  startRecordingProxy,
  type ParityRequest,
  type RecordingProxy,
  type RecordingProxyOptions,
} from 'backstage-forklift/parity';

describe('startRecordingProxy', () => {
  let folder: string;
  let output: string;
  let proxy: RecordingProxy;
  let backend: Server;
  const problems: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forklift-record-'));
    output = join(folder, 'recorded.har');
    problems.length = 0;
  });

  afterEach(async () => {
    await proxy?.close();
    backend?.closeAllConnections();
    backend?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function record(
    listener: RequestListener,
    options: Partial<RecordingProxyOptions> = {},
  ): Promise<void> {
    backend = createServer(listener);
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve));
    const target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const onProblem = (message: string) => problems.push(message);
    proxy = await startRecordingProxy({ target, output, onProblem, ...options });
  }

  const readText = () => readFile(output, 'utf8');
  const entries = async () => JSON.parse(await readText()).log.entries;

  async function requests(): Promise<ParityRequest[]> {
    const all: ParityRequest[] = [];
    for await (const request of readHarFile(output)) {
      all.push(request);
    }
    return all;
  }

  /** An answer is recorded a moment after the client has it. */
  async function untilRecorded(count: number): Promise<void> {
    for (let turns = 0; proxy.recorded() < count; turns++) {
      expect(turns, 'never recorded').to.be.below(1_000);
      await delay(5);
    }
  }

  it('passes everything on as it is, and records what can be sent again', async () => {
    const seen: string[] = [];
    await record(async (request, response) => {
      let body = '';
      for await (const chunk of request) {
        body += chunk;
      }
      seen.push(`${request.method} ${request.url} ${request.headers['x-own']} ${body}`);
      response.writeHead(201, { 'X-Answer': 'yes', 'Set-Cookie': ['a=1; Path=/', 'b=2'] });
      response.end('made');
    });
    const answer = await fetch(`${proxy.url}/api/tea//a%2e?q=1&q=%20`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer abc', 'x-own': 'me' },
      body: '{"kind":"green"}',
    });
    expect(answer.status).to.equal(201);
    expect(answer.headers.get('x-answer')).to.equal('yes');
    expect(answer.headers.getSetCookie()).to.eql(['a=1; Path=/', 'b=2']);
    expect(await answer.text()).to.equal('made');
    expect(seen).to.eql(['POST /api/tea//a%2e?q=1&q=%20 me {"kind":"green"}']);
    await untilRecorded(1);
    const [request] = await requests();
    expect(request).to.include({
      method: 'POST',
      path: '/api/tea//a%2e?q=1&q=%20',
      body: '{"kind":"green"}',
      as: 'user',
    });
    expect(request.headers).to.include({ 'x-own': 'me' });
    expect(request.headers).not.to.have.any.keys('authorization', 'cookie');
    const [entry] = await entries();
    expect(entry.response).to.deep.include({ status: 201, statusText: 'Created', bodySize: 4 });
    expect(entry.response.content.text).to.equal('made');
    expect(entry.startedDateTime).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('does not keep anybody waiting by looking for secrets in a body of one long word', async () => {
    const word = 'tea-'.repeat(200_000);
    await record((_request, response) => response.end(word));
    const answer = await fetch(`${proxy.url}/api/tea?${word.slice(0, 8_000)}`);
    expect(await answer.text()).to.have.length(word.length);
    await untilRecorded(1);
    expect((await entries())[0].response.content.text).to.equal(word);
  });

  it('masks secrets before anything is written', async () => {
    const secret = 'hunter2hunter2';
    await record((_request, response) => {
      const body = JSON.stringify({
        user: { accessToken: secret },
        list: [{ password: secret }],
        link: `see /x?y=1&token=${secret}`,
      });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'set-cookie': `session=${secret}; Path=/; HttpOnly`,
        location: `/next?access_token=${secret}`,
      });
      response.end(gzipSync(body));
    });
    const send = (path: string, type: string, body: string) =>
      fetch(proxy.url + path, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': type,
          authorization: `Bearer ${secret}`,
          cookie: `a=${secret}; b=${secret}`,
          'x-api-key': secret,
        },
        body,
      }).then(response => response.text());
    await send(`/api/a?token=${secret}&x=1`, 'application/json', `{"clientSecret":"${secret}"}`);
    await send('/api/b', 'application/x-www-form-urlencoded', `a=1&password=${secret}`);
    await send('/api/c', 'text/plain', `password: ${secret}\nsecret=${secret}`);
    await send('/api/d', 'application/json', `{"token":"${secret}", broken`);
    await untilRecorded(4);
    const text = await readText();
    expect(text).not.to.include(secret);
    expect(text).not.to.include(Buffer.from(secret).toString('base64'));
    const [first, form] = await entries();
    const headers = Object.fromEntries(
      first.request.headers.map((each: any) => [each.name.toLowerCase(), each.value]),
    );
    expect(headers.authorization).to.match(/^Bearer <secret \w+>$/);
    expect(headers.cookie).to.match(/^a=<secret \w+>; b=<secret \w+>$/);
    expect(first.response.headers).to.deep.include.members([
      { name: 'content-encoding', value: 'gzip' },
    ]);
    expect(first.response.content.text).to.match(/"accessToken":"<secret \w+>"/);
    expect(form.request.postData.text).to.match(/^a=1&password=%3Csecret%20\w+%3E$/);
  });

  it('streams bodies of any size, and leaves those out that are too large or no text', async () => {
    const part = randomBytes(1024 * 1024);
    const hash = createHash('sha256');
    await record((request, response) => {
      const isLarge = request.url === '/api/large';
      request.on('data', chunk => isLarge && hash.update(chunk));
      request.on('end', () => Readable.from(Array(isLarge ? 60 : 0).fill(part)).pipe(response));
    });
    const memory = process.memoryUsage().arrayBuffers;
    const outgoing = httpRequest(`${proxy.url}/api/large`, { method: 'PUT' });
    Readable.from(Array(60).fill(part)).pipe(outgoing);
    const [answer] = await once(outgoing, 'response');
    let size = 0;
    let peak = 0;
    for await (const chunk of answer) {
      size += chunk.length;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - memory);
    }
    expect(size).to.equal(60 * part.length);
    const sent = createHash('sha256');
    Array.from({ length: 60 }, () => sent.update(part));
    expect(hash.digest('hex')).to.equal(sent.digest('hex'));
    expect(peak / 2 ** 20).to.be.below(60);
    await fetch(`${proxy.url}/api/binary`, { method: 'PUT', body: Buffer.from([0xff, 0xfe]) });
    await fetch(`${proxy.url}/api/small`, { method: 'PUT', body: 'small' }).then(r =>
      r.body?.cancel(),
    );
    await proxy.close();
    const [large, binary] = await entries();
    expect(large.request).to.include({ bodySize: 60 * part.length });
    expect(large.request.postData).not.to.have.property('text');
    expect(binary.request.postData.comment).to.include('not recorded');
    expect((await requests()).map(({ path }) => path)).to.eql(['/api/small']);
  });

  it('begins another file when one is large enough, and each of them is complete', async () => {
    await record((_request, response) => response.end('x'.repeat(1_000)), { maxFileSize: 5_000 });
    for (let i = 0; i < 12; i++) {
      await fetch(`${proxy.url}/api/tea/${i}`).then(response => response.text());
      await untilRecorded(i + 1);
      await entries();
    }
    const names = (await readdir(folder)).sort();
    expect(names).to.include.members(['recorded.1.har', 'recorded.2.har', 'recorded.har']);
    const paths: string[] = [];
    for (const name of [...names.slice(0, -1), 'recorded.har']) {
      const { log } = JSON.parse(await readFile(join(folder, name), 'utf8'));
      paths.push(...log.entries.map((entry: any) => new URL(entry.request.url).pathname));
    }
    expect(paths).to.eql(Array.from({ length: 12 }, (_, i) => `/api/tea/${i}`));
  });

  it('answers 502 while the backend is down, and goes on when it is back', async () => {
    await record((_request, response) => response.end('tea'));
    const { port } = backend.address() as AddressInfo;
    await new Promise(resolve => backend.close(resolve));
    const refused = await fetch(`${proxy.url}/api/tea?token=abc`);
    expect(refused.status).to.equal(502);
    expect(await refused.text()).to.match(
      /^The backend at http:\S+ does not answer: .*ECONNREFUSED/,
    );
    expect(problems.join()).to.match(/^GET \/api\/tea was not passed on: /);
    await new Promise<void>(resolve => backend.listen(port, '127.0.0.1', resolve));
    expect(await fetch(`${proxy.url}/api/tea`).then(answer => answer.text())).to.equal('tea');
    await untilRecorded(1);
    expect(await entries()).to.have.length(1);
  });

  it('breaks off what the backend breaks off, and ends what the client gives up', async () => {
    let abandoned: Promise<unknown> | undefined;
    await record((request, response) => {
      response.write('half');
      if (request.url === '/api/half') {
        setImmediate(() => response.destroy());
      } else {
        abandoned = once(response, 'close');
      }
    });
    const broken = await fetch(`${proxy.url}/api/half`)
      .then(answer => answer.text())
      .then(
        () => 'complete',
        () => 'broken',
      );
    expect(broken).to.equal('broken');
    const aborter = new AbortController();
    const answer = await fetch(`${proxy.url}/api/forever`, { signal: aborter.signal });
    await answer.body!.getReader().read();
    aborter.abort();
    await abandoned;
    await untilRecorded(2);
    expect((await entries()).map((entry: any) => entry.response.comment)).to.eql([
      'cut off',
      'cut off',
    ]);
  });

  it('hands server-sent events on as they come, and records those of a stream that never ends', async () => {
    await record((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
    });
    const answer = await fetch(`${proxy.url}/api/events`);
    const { value } = await answer.body!.getReader().read();
    expect(Buffer.from(value!).toString()).to.equal('data: first\n\n');
    await proxy.close();
    expect((await entries())[0].response.content.text).to.equal('data: first\n\n');
  });

  it('hands web sockets on, also when the backend refuses them', async () => {
    await record((_request, response) => response.writeHead(404).end());
    let atBackend: Duplex | undefined;
    backend.on('upgrade', (request, socket) => {
      socket.on('error', () => {});
      if (request.url === '/api/no') {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return;
      }
      atBackend = socket;
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      );
      socket.on('data', (chunk: Buffer) => socket.write(`echo ${chunk}`));
      socket.on('end', () => socket.end());
    });
    const { port } = new URL(proxy.url);
    const open = (path: string) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n`,
      );
      return socket;
    };
    const socket = open('/api/yes');
    const [head] = await once(socket, 'data');
    expect(String(head)).to.match(/^HTTP\/1\.1 101 /);
    socket.write('tea');
    const [echoed] = await once(socket, 'data');
    expect(String(echoed)).to.equal('echo tea');
    const refused = open('/api/no');
    const [answer] = await once(refused, 'data');
    expect(String(answer)).to.match(/^HTTP\/1\.1 403 /);
    refused.destroy();
    const ended = [once(socket, 'close'), once(atBackend!, 'end')];
    await proxy.close();
    await Promise.all(ended);
    expect(await readdir(folder)).to.eql([]);
  });

  it('overwrites no recording, and leaves none where it can not start', async () => {
    await record((_request, response) => response.end('tea'));
    const target = 'http://127.0.0.1:9';
    const failure = (options: RecordingProxyOptions) =>
      startRecordingProxy(options).then(
        () => expect.fail('expected a rejection'),
        error => error.code,
      );
    expect(await failure({ target, output })).to.equal('EEXIST');
    const { port } = new URL(proxy.url);
    const second = join(folder, 'second.har');
    expect(await failure({ target, output: second, port: Number(port) })).to.equal('EADDRINUSE');
    expect(await readdir(folder)).to.eql(['recorded.har']);
  });
});
