import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { forklift } from './forklift';
import { useTemporaryFolder } from './temporary-folder';

const server = (greeting: string) => `
  require('http').createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ greeting: '${greeting}', folder: __dirname }));
  }).listen(process.env.APP_CONFIG_backend_listen_port);
`;
const manifest = {
  name: 'backend',
  backstage: { role: 'backend' },
  scripts: { start: 'node server.cjs' },
  dependencies: { '@backstage/backend-common': '^0.25.0' },
};
const legacyIndex = `
  import { createServiceBuilder, useHotMemoize } from '@backstage/backend-common';
  import Router from 'express-promise-router';
  import tea from './plugins/tea';
  async function main() {
    const createEnv = makeCreateEnv(config);
    const teaEnv = useHotMemoize(module, () => createEnv('tea_time'));
    const apiRouter = Router();
    apiRouter.use('/tea', await tea(teaEnv));
    await createServiceBuilder(module).addRouter('/api', apiRouter).start();
  }
`;
const liftedIndex = `
  import { createBackend } from 'backstage-forklift';
  createBackend().start();
`;

describe('forklift verify of a repository', () => {
  const folder = useTemporaryFolder();

  function git(...args: string[]): string {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    return execFileSync('git', ['-C', folder.path(), ...identity, ...args], { encoding: 'utf8' });
  }

  beforeEach(async () => {
    await folder.write({
      'package.json': JSON.stringify({ workspaces: ['packages/*'] }),
      'packages/backend/package.json': JSON.stringify(manifest),
      'packages/backend/src/index.ts': legacyIndex,
      'packages/backend/server.cjs': server('tea'),
      'parity-requests.yaml': 'requests: [GET /api/tea]',
    });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'old');
  });

  it('compares the work tree with the last commit of the old backend', async () => {
    const old = git('rev-parse', 'HEAD').slice(0, 10);
    await folder.write({
      'packages/backend/src/index.ts': liftedIndex,
      'packages/backend/server.cjs': server('tea'),
    });
    git('commit', '--quiet', '-am', 'lifted');
    const same = await forklift('verify', folder.path());
    expect(same.output).to.include(`The old (${old}) backend answers at`);
    expect(same.output).to.include('ignored own-folder: $.folder (each side names the folder');
    expect(same.code, same.notes).to.equal(0);

    await folder.write({ 'packages/backend/server.cjs': server('coffee') });
    const changed = await forklift('verify', folder.path());
    expect(changed.output).to.include('    body $.greeting: "tea" -> "coffee"\n');
    expect(changed.code).to.equal(1);

    expect(git('worktree', 'list').trim().split('\n')).to.have.length(1);
    expect(git('status', '--porcelain')).to.equal(' M packages/backend/server.cjs\n');
  });

  it('installs the packages of the old backend where those of the work tree are others', async () => {
    const install = (version: string) => {
      const dependencies = { leaves: `file:leaves-${version}` };
      return folder
        .write({
          'package.json': JSON.stringify({ workspaces: ['packages/*'], dependencies }),
          'leaves-1/package.json': '{ "name": "leaves", "version": "1.0.0", "main": "i.js" }',
          'leaves-1/i.js': 'module.exports = 1;',
          'leaves-2/package.json': '{ "name": "leaves", "version": "2.0.0", "main": "i.js" }',
          'leaves-2/i.js': 'module.exports = 2;',
          'packages/backend/server.cjs': `
            const leaves = require('leaves');
            require('http').createServer((request, response) => response.end('leaves ' + leaves))
              .listen(process.env.APP_CONFIG_backend_listen_port);`,
        })
        .then(() =>
          execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund'], {
            cwd: folder.path(),
            stdio: 'ignore',
          }),
        );
    };
    await folder.write({
      '.gitignore': 'node_modules',
      'packages/backend/package.json': JSON.stringify({ ...manifest, dependencies: {} }),
    });
    await install('1');
    git('add', '.');
    git('commit', '--quiet', '-m', 'with leaves');
    const same = await forklift('verify', folder.path(), '--base', 'HEAD');
    expect(same.notes).to.not.include('other packages');
    expect(same.code, same.notes).to.equal(0);
    await install('2');
    const other = await forklift('verify', folder.path(), '--base', 'HEAD');
    expect(other.notes).to.include('The old backend has other packages: npm ci');
    expect(other.output).to.include('body line 1: "leaves 1" -> "leaves 2"');
  });

  it('compares with another commit by option', async () => {
    const { code, notes } = await forklift('verify', folder.path(), '--base', 'no-such-tag');
    expect(code).to.equal(2);
    expect(notes).to.match(/^error: There is no commit 'no-such-tag' in /);
    expect((await forklift('verify', folder.path(), '--base', 'HEAD')).code).to.equal(0);
  });

  it('says so when there is no old backend to compare with', async () => {
    await folder.write({ 'packages/backend/src/index.ts': liftedIndex });
    git('commit', '--quiet', '--amend', '-am', 'lifted');
    const { code, notes } = await forklift('verify', folder.path());
    expect(code).to.equal(2);
    expect(notes).to.match(/^error: No commit has packages\/backend\/src\/index\.ts wired by hand/);
  });
});
