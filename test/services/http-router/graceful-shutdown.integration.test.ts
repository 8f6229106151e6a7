import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const REQUESTS = 200;
const PROJECT = join(__dirname, '..', '..', '..');

describe('a backend that gets SIGTERM while requests are open', () => {
  it('answers all of them, refuses new ones with 503, and ends in time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forklift-shutdown-'));
    const port = await freePort();
    const configFile = join(folder, 'app-config.yaml');
    await writeFile(
      configFile,
      `backend: { baseUrl: 'http://localhost:${port}', listen: { host: 127.0.0.1, port: ${port} } }\n`,
    );
    const child = spawn(
      process.execPath,
      [
        '--require',
        'tsx/cjs',
        join(__dirname, 'programs', 'slow-backend.ts'),
        '--config',
        configFile,
      ],
      {
        cwd: PROJECT,
        env: { ...process.env, NODE_ENV: 'production', EXPECTED_REQUESTS: String(REQUESTS) },
      },
    );
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    const printed = async (text: string) => {
      while (!output.includes(text)) {
        await Promise.race([
          once(child.stdout, 'data'),
          once(child, 'exit').then(() => expect.fail(output)),
        ]);
      }
    };
    try {
      await printed('ready');
      const url = `http://127.0.0.1:${port}/api/slow`;
      const open = Array.from({ length: REQUESTS }, () => fetch(url));
      await printed('all requests have arrived');

      const begin = Date.now();
      child.kill('SIGTERM');
      await printed('stopping');
      const late = await fetch(url);
      expect(late.status).to.equal(503);
      await late.arrayBuffer();

      const answers = await Promise.all(open);
      expect(answers.map(answer => answer.status)).to.deep.equal(Array(REQUESTS).fill(200));
      await Promise.all(answers.map(answer => answer.json()));
      const [code] = await once(child, 'exit');
      expect(code).to.equal(0);
      expect(Date.now() - begin).to.be.below(10_000);
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
