import { expect } from 'chai';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startForklift, type RunningForklift } from './built-forklift';
import { useTemporaryFolder } from './temporary-folder';

describe('forklift record', () => {
  const folder = useTemporaryFolder();
  let backend: Server;
  let target: string;
  let running: RunningForklift | undefined;

  before(async () => {
    backend = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ path: request.url, token: 'top-secret-token' }));
    }).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  });

  after(() => {
    backend.closeAllConnections();
    backend.close();
  });

  afterEach(() => void running?.child.kill('SIGKILL'));

  async function start(...args: string[]): Promise<string> {
    running = startForklift(['record', '--target', target, ...args]);
    await running.printed(/passes on to/);
    return /http:\/\/127\.0\.0\.1:\d+/.exec(running.output())![0];
  }

  async function send(proxy: string, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const headers = { authorization: 'Bearer top-secret-token' };
      await fetch(`${proxy}/api/tea/${i}?token=top-secret-token`, { headers }).then(r => r.text());
    }
  }

  async function recordedPaths(file: string): Promise<string[]> {
    const text = await readFile(file, 'utf8');
    expect(text).not.to.include('top-secret-token');
    const { log } = JSON.parse(text) as { log: { entries: Array<{ request: { url: string } }> } };
    return log.entries.map(({ request }) => new URL(request.url).pathname);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends with 0 on ${signal}, with all it has seen, which verify can send again`, async () => {
      const file = join(folder.path(), 'recorded.har');
      await send(await start('--output', file), 3);
      running!.child.kill(signal);
      expect(await running!.ended).to.equal(0);
      expect(running!.output()).to.include('3 requests are in');
      expect(await recordedPaths(file)).to.eql(['/api/tea/0', '/api/tea/1', '/api/tea/2']);
      const replay = startForklift([
        ...['verify', folder.path(), '--left', target, '--right', target, '--requests', file],
      ]);
      expect(await replay.ended, replay.output()).to.equal(0);
      expect(replay.output()).to.match(/^3 requests: 3 identical/m);
    });
  }

  it('leaves a complete file when it is killed', async () => {
    const file = join(folder.path(), 'recorded.har');
    const proxy = await start('--output', file);
    await send(proxy, 20);
    const more = send(proxy, 200).catch(() => {});
    running!.child.kill('SIGKILL');
    await Promise.all([more, running!.ended]);
    const paths = await recordedPaths(file);
    expect(paths.slice(0, 19)).to.eql(Array.from({ length: 19 }, (_, i) => `/api/tea/${i}`));
  });

  const mistakes: Array<[what: string, args: () => string[], message: RegExp]> = [
    ['no target', () => ['--output', 'x.har'], /required option '--target <url>'/],
    [
      'a target that is no address',
      () => ['--target', 'localhost:7007', '--output', 'x.har'],
      /--target 'localhost:7007' is no address of a backend, such as/,
    ],
    [
      'a recording that is there already',
      () => ['--target', target, '--output', join(folder.path(), 'old.har')],
      /old\.har' is there already: name another file/,
    ],
    [
      'a port that is taken',
      () => ['--target', target, '--output', 'x.har', '--port', new URL(target).port],
      /--port \d+ is taken: choose another/,
    ],
    [
      'a folder that is not there',
      () => ['--target', target, '--output', join(folder.path(), 'no', 'x.har')],
      /x\.har' can not be written: there is no folder for it/,
    ],
  ];
  for (const [what, args, message] of mistakes) {
    it(`refuses ${what}`, async () => {
      await folder.write({ 'old.har': '{}' });
      const { ended, output } = startForklift(['record', ...args()]);
      expect(await ended).to.equal(2);
      expect(output()).to.match(message);
    });
  }
});
