import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createParityIdentity,
  formatResult,
  runParity,
  startCommandSubject,
  type ParityIdentity,
} from 'backstage-forklift/parity';
import { expect } from 'chai';
import { configOf, loadPlugin, toRequest } from './corpus-plugin';
import { overrides } from './package.json';
import { createPortal } from './portal';
import { startStub, type Stub } from './stub';

const root = join(__dirname, '../..');
const lock: { packages: { [path: string]: { version: string } } } = JSON.parse(
  readFileSync(join(__dirname, 'package-lock.json'), 'utf8'),
);

/** Published plugins that depend on backend-common, by their file in the folder `plugins`. */
const PLUGINS: { [name: string]: string } = {
  adr: '@backstage/plugin-adr-backend',
  airbrake: '@backstage/plugin-airbrake-backend',
  'azure-devops': '@backstage/plugin-azure-devops-backend',
  badges: '@backstage/plugin-badges-backend',
  'code-coverage': '@backstage/plugin-code-coverage-backend',
  jenkins: '@backstage/plugin-jenkins-backend',
  kafka: '@backstage/plugin-kafka-backend',
  rollbar: '@backstage/plugin-rollbar-backend',
  todo: '@backstage/plugin-todo-backend',
  vault: '@backstage-community/plugin-vault-backend',
};
/** What the file that wires them asks for. */
const WIRING = ['auth-node', 'events-backend', 'events-node', 'permission-node'].map(
  name => `@backstage/plugin-${name}`,
);
const OLD = ['@backstage/backend-common', '@backstage/backend-tasks'];

describe('ten published plugins where package.json puts ours in place of backend-common', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forklift-overrides-'));
  const [old, ours] = ['old', 'ours'].map(name => join(folder, name));
  let identity: ParityIdentity;
  let stub: Stub;
  let portal: string;

  function install(target: string, own: object, ownOverrides: object) {
    const names = [...Object.values(PLUGINS), ...WIRING, 'express', 'better-sqlite3'];
    const manifest = {
      name: 'portal',
      private: true,
      dependencies: { ...Object.fromEntries(names.map(name => [name, versionOf(name)])), ...own },
      overrides: { ...overrides, ...ownOverrides },
    };
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'package.json'), JSON.stringify(manifest));
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', ...flags], { cwd: target, stdio: 'inherit' });
    // What its script would have built.
    const sqlite = 'node_modules/better-sqlite3/build';
    cpSync(join(__dirname, sqlite), join(target, sqlite), { recursive: true });
    for (const name of ['backend.cjs', 'plugins']) {
      cpSync(join(__dirname, name), join(target, name), { recursive: true });
    }
  }

  before(async function installBoth() {
    this.timeout(600_000);
    identity = await createParityIdentity();
    stub = await startStub();
    portal = createPortal();
    const names = [...OLD, '@backstage/backend-defaults'];
    install(old, Object.fromEntries(names.map(name => [name, versionOf(name)])), {});
    const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
    const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
    cpSync(join(root, 'legacy/packages'), join(ours, 'packages'), { recursive: true });
    const files = OLD.map(name => [name, `file:./packages/${name.split('/')[1]}`]);
    install(
      ours,
      { ...Object.fromEntries(files), 'backstage-forklift': `file:${join(folder, tarball)}` },
      Object.fromEntries(OLD.map(name => [name, `$${name}`])),
    );
  });

  after(async function removeBoth() {
    this.timeout(300_000);
    await identity?.close();
    stub?.stop();
    [folder, portal].forEach(each => rmSync(each, { recursive: true, force: true }));
  });

  it('need less to be installed', () => {
    const [before, after] = [old, ours].map(megabytes);
    console.log(`      ${before} MB with backend-common and backend-tasks, ${after} MB with ours`);
    expect(after).to.be.lessThan(before);
    const list = ['ls', '--all', '--parseable', ...OLD];
    const installed = execFileSync('npm', list, { cwd: ours, encoding: 'utf8' });
    const places = installed
      .trim()
      .split('\n')
      .filter(place => place !== ours);
    expect(places.map(place => realpathSync(place)).sort()).to.deep.equal(
      OLD.map(name => realpathSync(join(ours, 'packages', name.split('/')[1]))),
    );
  });

  for (const name of Object.keys(PLUGINS)) {
    it(`${name} answers the same`, async () => {
      const plugin = loadPlugin(name);
      const config = join(portal, `app-config.${name}.yaml`);
      writeFileSync(config, JSON.stringify(configOf(plugin, stub.url)));
      const starts = [old, ours].map(place =>
        startCommandSubject({
          name: place,
          command: `node "${place}/backend.cjs" old plugins/${name}.cjs --config "${config}"`,
          cwd: portal,
          env: { ...identity.env, NODE_ENV: 'production' },
          startTimeout: 120_000,
        }),
      );
      const started = await Promise.allSettled(starts);
      try {
        const [left, right] = await Promise.all(starts);
        const requests = plugin.requests.map(request => toRequest(name, plugin, request));
        const { results } = await runParity({ left, right, requests, identity });
        const different = results.filter(
          ({ verdict }) => !['matched', 'ignored'].includes(verdict),
        );
        expect(different.map(result => formatResult(result))).to.deep.equal([]);
      } finally {
        const subjects = started.flatMap(it => (it.status === 'fulfilled' ? [it.value] : []));
        await Promise.all(subjects.map(subject => subject.stop()));
      }
    });
  }
});

/** The version that the corpus has. */
function versionOf(name: string): string {
  return lock.packages[`node_modules/${name}`].version;
}

function megabytes(folder: string): number {
  return Number(execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]);
}
