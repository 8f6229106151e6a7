import { expect } from 'chai';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

const HOME = join(__dirname, '..', '..');
const MODULES = join(HOME, 'node_modules');
const INDEX = `import { createBackend } from 'backstage-forklift';

const backend = createBackend();

backend.start();
`;

describe('packages made by forklift new', () => {
  const folder = useTemporaryFolder();
  let running: ChildProcess | undefined;

  beforeEach(async () => {
    const compilerOptions = {
      module: 'esnext',
      moduleResolution: 'bundler',
      target: 'es2022',
      strict: true,
      esModuleInterop: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node', 'mocha'],
      paths: {
        'backstage-forklift': [join(HOME, 'lib/index.ts')],
        'backstage-forklift/testing': [join(HOME, 'lib/testing/index.ts')],
      },
    };
    const include = ['plugins/*/src', 'plugins/*/dev'];
    const dependencies = { 'backstage-forklift': '^0.1.0' };
    const backend = { name: 'backend', backstage: { role: 'backend' }, dependencies };
    await folder.write({
      'package.json': '{ "workspaces": ["packages/*", "plugins/*"] }',
      'app-config.yaml': "backend: { baseUrl: 'http://localhost:7007', listen: ':0' }\n",
      'packages/backend/package.json': JSON.stringify(backend),
      'packages/backend/src/index.ts': INDEX,
      'tsconfig.json': JSON.stringify({ compilerOptions, include }),
    });
    symlinkSync(MODULES, join(folder.path(), 'node_modules'));
    for (const args of [
      ['plugin', 'todo'],
      ['module', 'reminders', '--plugin', 'todo'],
      ['service', 'clock'],
    ]) {
      const { code, notes } = await forklift('new', ...args, folder.path());
      expect(code, notes).to.equal(0);
    }
  });

  afterEach(async () => {
    if (running && running.exitCode === null) {
      running.kill();
      await once(running, 'exit');
    }
  });

  async function node(...args: string[]): Promise<string> {
    const options = { cwd: folder.path(), env: { ...process.env, NODE_ENV: 'test' } };
    const { stdout } = await promisify(execFile)(process.execPath, args, options).catch(error => {
      throw new Error(error.stdout + error.stderr);
    });
    return stdout;
  }

  it('have no type errors', async () => {
    expect(await node(join(MODULES, 'typescript/bin/tsc'), '-p', '.')).to.equal('');
  });

  it('pass their tests', async () => {
    const mocha = [join(MODULES, 'mocha/bin/mocha.js'), '--no-config', '--require', 'tsx/cjs'];
    const report = await node(...mocha, '--reporter', 'json', 'plugins/*/src/*.test.ts');
    const { stats, passes } = JSON.parse(report);
    expect(stats).to.include({ passes: 4, failures: 0, pending: 0 });
    expect(passes.map((each: { fullTitle: string }) => each.fullTitle)).to.include(
      'todo greets the user who asks',
    );
  });

  it('answer over HTTP in the backend that they are started with', async () => {
    running = spawn(process.execPath, ['--import', 'tsx', 'plugins/todo-backend/dev/index.ts'], {
      cwd: folder.path(),
      env: { ...process.env, NODE_ENV: 'development' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const answer = await new Promise<Response>((resolve, reject) => {
      const lines: string[] = [];
      running?.once('exit', () => reject(new Error(lines.join('\n'))));
      createInterface({ input: running!.stdout! }).on('line', line => {
        lines.push(line);
        const port = /Listening on :(\d+)/.exec(line)?.[1];
        if (port) fetch(`http://localhost:${port}/api/todo/greeting`).then(resolve, reject);
      });
    });
    expect(answer.status).to.equal(401);
    expect(await answer.json()).to.nested.include({ 'error.name': 'AuthenticationError' });
  });
});
