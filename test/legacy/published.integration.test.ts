import { join } from 'node:path';
import {
  createParityIdentity,
  formatResult,
  readRequestsFile,
  runParity,
  startCommandSubject,
  type ParityIdentity,
  type ParityResult,
  type ParityRule,
  type ParitySubject,
} from 'backstage-forklift/parity';
import { expect } from 'chai';

/** All but the front end, and the two that old backends have to have in the old style. */
const PLUGINS = (
  'catalog scaffolder proxy search techdocs events notifications signals user-settings devtools ' +
  'kubernetes airbrake badges bazaar code-coverage jenkins nomad rollbar sonarqube tech-insights ' +
  'todo vault'
).split(' ');
const ECOSYSTEM = join(__dirname, '../interop/ecosystem');
const TSX = require.resolve('tsx/cjs');

/** Errors that leave a plugin are answered outside of it in old backends, and inside in new ones. */
const wholePathRule: ParityRule = {
  name: 'whole-path',
  reason: 'old backends name the whole path',
  explains: ({ path, left, right }) =>
    path === '$.request.url' && String(left).replace(/^\/api\/[^/]+/, '') === right,
};

describe('published plugins of the new system in an old backend', function published() {
  this.timeout(300_000);
  let identity: ParityIdentity;
  let old: ParitySubject;
  let subjects: ParitySubject[] = [];
  let results: readonly ParityResult[];

  function start(name: string, command: string): Promise<ParitySubject> {
    return startCommandSubject({
      name,
      command: `exec "${process.execPath}" ${command} --config app-config.yaml`,
      cwd: ECOSYSTEM,
      env: { ...identity.env, NODE_ENV: 'production', APP_CONFIG_permission_enabled: 'false' },
      startTimeout: 120_000,
      stopTimeout: 60_000,
    });
  }

  before(async () => {
    identity = await createParityIdentity({ userEntityRef: 'user:default/jane' });
    const file = join(__dirname, 'published/old-backend.ts');
    const starts = await Promise.allSettled([
      start('old', `--require "${TSX}" "${file}" ${PLUGINS.join(' ')}`),
      start('new', `"${join(ECOSYSTEM, 'backend.cjs')}" ours`),
    ]);
    subjects = starts.flatMap(it => (it.status === 'fulfilled' ? [it.value] : []));
    for (const it of starts) {
      if (it.status === 'rejected') throw it.reason;
    }
    const [left, right] = subjects;
    old = left;
    const { requests, waitFor } = await readRequestsFile(join(ECOSYSTEM, 'requests.yaml'));
    ({ results } = await runParity({
      left,
      right,
      identity,
      waitFor,
      requests: requests.filter(({ path }) => PLUGINS.includes(idOf(path))),
      rules: [wholePathRule],
    }));
  });

  after(async () => {
    await Promise.all(subjects.map(subject => subject.stop()));
    await identity?.close();
  });

  for (const plugin of PLUGINS) {
    it(`answer as in a new one: ${plugin}`, () => {
      const own = results.filter(({ request }) => idOf(request.path) === plugin);
      expect(own).to.not.be.empty;
      const different = own.filter(({ verdict }) => !['matched', 'ignored'].includes(verdict));
      expect(different.map(result => formatResult(result))).to.deep.equal([]);
    });
  }

  it('run their shutdown hooks when the process is told to end, and let it end', async () => {
    await old.stop();
    expect(old.logs()).to.contain('farewell of the plugin\nfarewell of the root\n');
    expect(old.ended?.()).to.equal('exit code 0');
  });
});

function idOf(path: string): string {
  return path.split(/[/?]/)[2];
}
