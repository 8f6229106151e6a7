import { expect } from 'chai';
import { spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { useTemporaryFolder } from './temporary-folder';

const MAIN = join(__dirname, '..', '..', 'lib', 'cli', 'main.ts');
const COMMAND = ['--require', 'tsx/cjs', MAIN];

describe('forklift, when nobody takes what it prints', () => {
  const folder = useTemporaryFolder();

  function start(args: readonly string[], stdio: StdioOptions) {
    return spawn(process.execPath, [...COMMAND, ...args], { stdio });
  }

  it('ends without an error when a reader has seen enough', async () => {
    const child = start(['guide', 'lift'], ['ignore', 'pipe', 'pipe']);
    child.stdout?.destroy();
    let notes = '';
    child.stderr?.on('data', chunk => (notes += chunk));
    const [code] = await once(child, 'close');
    expect({ code, notes }).to.deep.equal({ code: 0, notes: '' });
  });

  // Linux has a file that is always full.
  const onLinux = existsSync('/dev/full') ? it : () => {};
  onLinux('says in one line that the disk is full', () => {
    const disk = openSync('/dev/full', 'w');
    const result = spawnSync(process.execPath, [...COMMAND, 'guide'], {
      stdio: ['ignore', disk, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(disk);
    expect(result.status).to.equal(3);
    expect(result.stderr).to.match(/^error: Can not print: ENOSPC: no space left[^\n]*\n$/);
  });

  it('stops the backends that verify has started', async () => {
    const pids = [join(folder.path(), 'left'), join(folder.path(), 'right')];
    await folder.write({
      'server.js':
        "require('node:fs').writeFileSync(process.argv[2], String(process.pid));\n" +
        "require('node:http').createServer((_, response) => response.end('ok'))" +
        '.listen(process.env.APP_CONFIG_backend_listen_port);\n',
      'requests.yaml': 'requests:\n  - GET /api/a\n',
    });
    const server = join(folder.path(), 'server.js');
    const [left, right] = pids.map(pid => `exec ${process.execPath} ${server} ${pid}`);
    const requests = join(folder.path(), 'requests.yaml');
    const args = ['verify', '--left', left, '--right', right, '--requests', requests];
    const child = start(args, ['ignore', 'pipe', 'ignore']);
    child.stdout?.destroy();
    await once(child, 'close');
    for (const file of pids.filter(each => existsSync(each))) {
      const pid = Number(readFileSync(file, 'utf8'));
      while (isRunning(pid)) await wait(20);
    }
    expect(pids.some(each => existsSync(each))).to.equal(true);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
