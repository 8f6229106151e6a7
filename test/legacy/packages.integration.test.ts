import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startCommandSubject, type ParitySubject } from 'backstage-forklift/parity';
import { expect } from 'chai';
import { copyExample } from '../cli/copy-example';
import { forklift } from '../cli/forklift';

const root = join(__dirname, '../..');
const portal = join(root, 'examples/legacy-portal');
const packages = join(root, 'legacy/packages');

/**
 * What `overrides` in package.json make of the portal: all of its packages, with ours in place of two
 * wherever they are. They are links, so that nothing is installed.
 */
function installWithOverrides(folder: string) {
  const modules = join(folder, 'node_modules');
  linkPackages(join(portal, 'node_modules'), modules);
  link(join(packages, 'backend-common'), join(modules, '@backstage/backend-common'));
  link(join(packages, 'backend-tasks'), join(modules, '@backstage/backend-tasks'));
  link(root, join(modules, 'backstage-forklift'));
}

function linkPackages(source: string, target: string) {
  for (const name of listPackages(source)) {
    const from = realpathSync(join(source, name));
    const to = join(target, name);
    if (!existsSync(join(from, 'node_modules'))) {
      link(from, to);
      continue;
    }
    for (const entry of readdirSync(from).filter(each => each !== 'node_modules')) {
      link(join(from, entry), join(to, entry));
    }
    linkPackages(join(from, 'node_modules'), join(to, 'node_modules'));
  }
}

function link(from: string, to: string) {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

function listPackages(modules: string): string[] {
  return readdirSync(modules)
    .filter(name => !['.package-lock.json', 'backend'].includes(name))
    .flatMap(name =>
      name.startsWith('@')
        ? readdirSync(join(modules, name)).map(inScope => `${name}/${inScope}`)
        : [name],
    )
    .filter(name => !/^@backstage\/backend-(common|tasks)$/.test(name));
}

describe('an old portal with our packages in place of backend-common and backend-tasks', () => {
  let folder: string;
  let intranet: ParitySubject;

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'forklift-packages-')));
    await copyExample(folder);
    installWithOverrides(folder);
    intranet = await startCommandSubject({
      name: 'intranet',
      command: 'node intranet.mjs',
      cwd: portal,
    });
    process.env.INTRANET_URL = intranet.baseUrl;
  });

  after(async () => {
    delete process.env.INTRANET_URL;
    await intranet?.stop();
    rmSync(folder, { recursive: true });
  });

  it('compiles and answers as before, with published plugins that ask for the old packages', async () => {
    const tsc = join(portal, 'node_modules/typescript/bin/tsc');
    const compile = [tsc, '-p', folder, '--noEmit', 'false', '--preserveSymlinks'];
    const asCommonJs = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
    execFileSync(process.execPath, [...compile, ...asCommonJs], { stdio: 'inherit' });
    const trace = join(folder, 'loaded.json');
    const backend = join(folder, 'packages/backend');
    writeFileSync(
      join(backend, 'start.cjs'),
      `const list = () => JSON.stringify(Object.keys(require.cache));
       process.on('exit', () => require('node:fs').writeFileSync('${trace}', list()));
       process.once('SIGTERM', () => process.exit());
       require('./src/index');`,
    );
    const { code, output, notes } = await forklift(
      'verify',
      portal,
      '--left',
      'npm start --silent',
      '--right',
      // In the same folder: the catalog keeps the paths of its files.
      `cd packages/backend && node --preserve-symlinks '${backend}/start.cjs' --config ../../app-config.yaml`,
    );
    expect(output, notes).to.match(/, 0 different, 0 missing\nEQUAL: /);
    expect(code).to.equal(0);

    const loaded: string[] = JSON.parse(readFileSync(trace, 'utf8'));
    expect(loaded).to.include(join(folder, 'node_modules/@backstage/backend-common/index.js'));
    expect(loaded.filter(file => /backend-(common|tasks)\/dist/.test(file))).to.deep.equal([]);
  });
});
