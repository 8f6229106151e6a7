import { expect } from 'chai';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readHarFile, type HarFileOptions, type ParityRequest } from 'backstage-forklift/parity';

describe('readHarFile', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forklift-har-'));
    file = join(folder, 'recorded.har');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  function har(...requests: unknown[]): string {
    const entries = requests.map(request => ({ request, response: { content: { text: '{"}]' } } }));
    return JSON.stringify({ log: { version: '1.2', entries, pages: [{}] } }, null, 2);
  }

  async function read(text: string, options?: HarFileOptions): Promise<ParityRequest[]> {
    await writeFile(file, text);
    const requests: ParityRequest[] = [];
    for await (const request of readHarFile(file, options)) {
      requests.push(request);
    }
    return requests;
  }

  const url = 'https://portal.example.com/api/tea//a%2e?q="\\{';
  const recorded = {
    method: 'post',
    url: `${url}#top`,
    headers: [
      { name: ':authority', value: 'portal.example.com' },
      { name: 'Host', value: 'portal.example.com' },
      { name: 'Content-Length', value: '7' },
      { name: 'Content-Type', value: 'application/json' },
      { name: 'Authorization', value: 'Bearer recorded' },
    ],
    postData: { mimeType: 'application/json', text: '{"a":1}' },
  };

  it('reads what was sent to the backend, as a user where a token was sent', async () => {
    const page = { method: 'GET', url: 'https://portal.example.com/catalog' };
    const text = `\ufeff${har(recorded, page, { method: 'GET', url: 'http://localhost:7007/api/x' })}`;
    expect(await read(text)).to.eql([
      {
        method: 'POST',
        path: '/api/tea//a%2e?q="\\{',
        headers: { 'content-type': 'application/json' },
        body: '{"a":1}',
        as: 'user',
      },
      { method: 'GET', path: '/api/x', headers: {}, as: 'none' },
    ]);
  });

  it('keeps the recorded tokens on demand', async () => {
    const [request] = await read(har(recorded), { tokens: 'recorded' });
    expect(request).to.include({ as: 'none' });
    expect(request.headers.authorization).to.equal('Bearer recorded');
  });

  const entry = har({ method: 'GET', url });
  const bad: Array<[what: string, text: string, message: RegExp]> = [
    ['an empty file', '', /:1:1: expected a HAR file: a JSON object with log\.entries$/],
    ['something else', 'requests:\n', /:1:1: expected a HAR file/],
    ['another JSON', '{"a":\n{"entries": []}}', /:2:17: expected a HAR file/],
    ['a file that was cut off', entry.slice(0, -20), /:\d+:\d+: the file ends in the middle$/],
    ['a wrong bracket', '{"log": {"entries": [}', /:1:22: unexpected '}'$/],
    [
      'a broken entry',
      '{"log":{"entries":[\n {"request": {,}}]}}',
      /:2:15: Unexpected , in flow map$/,
    ],
    [
      'an entry without an address',
      har({ method: 'GET' }),
      /:5:7: expected an entry with request\.method and request\.url$/,
    ],
    [
      'nothing for a backend',
      har({ method: 'GET', url: 'http://a/' }),
      /none of the recorded requests is one to a backend/,
    ],
  ];
  for (const [what, text, message] of bad) {
    it(`refuses ${what}`, async () => {
      await read(text).then(
        () => expect.fail('expected a rejection'),
        error => {
          expect(error.code).to.equal('REQUESTS_INVALID');
          expect(error.message).to.match(message);
        },
      );
    });
  }

  it('names a file that cannot be read', async () => {
    const error = await readHarFile('nowhere.har')
      .next()
      .then(
        () => expect.fail('expected a rejection'),
        caught => caught,
      );
    expect(error.code).to.equal('REQUESTS_UNREADABLE');
    expect(error.message).to.equal("Cannot read the HAR file 'nowhere.har' (ENOENT)");
  });

  it('holds one entry at a time in memory', async () => {
    const body = 'x"\\'.repeat(100_000);
    const large = JSON.stringify({
      request: { method: 'GET', url },
      response: { content: { text: body } },
    });
    const stream = createWriteStream(file);
    stream.write('{"log":{"entries":[');
    for (let i = 0; i < 200; i++) {
      if (!stream.write(`${i === 0 ? '' : ','}${large}`)) {
        await once(stream, 'drain');
      }
    }
    stream.end(']}}');
    await once(stream, 'finish');
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      const { readHarFile } = require('backstage-forklift/parity');
      (async () => {
        let count = 0;
        for await (const request of readHarFile(workerData)) count++;
        parentPort.postMessage(count);
      })();`,
      {
        eval: true,
        workerData: file,
        execArgv: ['--require', 'tsx/cjs'],
        // The file has 80 MB.
        resourceLimits: { maxOldGenerationSizeMb: 48 },
      },
    );
    const [count] = await once(worker, 'message');
    expect(count).to.equal(200);
  });
});
