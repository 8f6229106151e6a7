import { expect } from 'chai';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  baselineRules,
  createParityIdentity,
  createSideDatabases,
  formatResult,
  isExercised,
  isSafe,
  readBaseline,
  reviewBaseline,
  runParity,
  startCommandSubject,
  type AcceptedDifference,
  type ParityIdentity,
  type ParityReport,
  type ParityResult,
} from 'backstage-forklift/parity';
import { configOf, loadPlugin, PLUGINS, prefixOf, toRequest } from './corpus-plugin';
import { createPortal } from './portal';
import { startStub, type Stub } from './stub';

const EXPLAINED = join(__dirname, 'explained-differences.yaml');
const PAIRS = PLUGINS.filter(name => loadPlugin(name).native);
const COLUMNS = ['requests', 'identical', 'explained', 'different', 'routes exercised'];

/** What one package has: its old plugin in ours through legacyPlugin, and its plugin of the new system. */
describe('published plugins that have both styles', () => {
  const table: string[] = [];
  const reports = new Map<string, ParityReport>();
  let explained: AcceptedDifference[];
  let identity: ParityIdentity;
  let stub: Stub;
  let folder: string;

  before(async () => {
    explained = await readBaseline(EXPLAINED);
    identity = await createParityIdentity();
    stub = await startStub();
    folder = createPortal();
  });

  after(async () => {
    await identity?.close();
    stub?.stop();
    rmSync(folder, { recursive: true, force: true });
    console.log(`\n    ${'plugin'.padEnd(20)} ${COLUMNS.join('  ')}\n${table.join('\n')}\n`);
  });

  it('have differences explained one by one', () => {
    const isVague = ({ request, path }: AcceptedDifference) =>
      path.startsWith('*') || !PAIRS.some(name => isOf(name, request));
    expect(explained.filter(isVague)).to.deep.equal([]);
  });

  for (const name of PAIRS) {
    it(`${name} answers alike in both`, async () => {
      const plugin = loadPlugin(name);
      const file = join(folder, `app-config.${name}.yaml`);
      writeFileSync(file, JSON.stringify(configOf(plugin, stub.url)));
      const endpoints = JSON.parse(identity.env.APP_CONFIG_discovery_endpoints!);
      if (name !== 'catalog') {
        endpoints.push({ target: `${stub.url}/api/catalog`, plugins: ['catalog'] });
      }
      const began = Date.now();
      const databases = await createSideDatabases({ server: 'sqlite' });
      const start = (kind: string, env: NodeJS.ProcessEnv) =>
        startCommandSubject({
          name: kind,
          command: `"${process.execPath}" "${join(__dirname, 'backend.cjs')}" ${kind} plugins/${name}.cjs --config "${file}"`,
          cwd: folder,
          env: {
            ...identity.env,
            APP_CONFIG_discovery_endpoints: JSON.stringify(endpoints),
            ...env,
            NODE_ENV: 'production',
            NODE_PATH: join(folder, 'node_modules'),
          },
          startTimeout: 120_000,
        });
      const starting = [start('ours', databases.left.env), start('native', databases.right.env)];
      const started = await Promise.allSettled(starting);
      try {
        const [left, right] = await Promise.all(starting);
        const own = explained.filter(({ request }) => isOf(name, request));
        const requests = plugin.requests.map(request => toRequest(name, plugin, request));
        const anonymous = requests
          .filter(request => isSafe(request) && request.as !== 'none')
          .map(request => ({ ...request, as: 'none' as const }));
        const report = await runParity({
          left,
          right,
          identity,
          requests: [...requests, ...anonymous],
          ...(!plugin.leadsOut && {
            explore: { as: 'user' as const, below: prefixOf(name), settle: 0, writes: true },
          }),
          observe: [databases.observation],
          rules: baselineRules(own),
          began,
          timeout: 10_000,
        });
        reports.set(name, report);
        table.push(describeRow(name, report));
        const { results, stopped } = report;
        const different = results.filter(isDifferent);
        const lines = different.map(result => `\n${formatResult(result)}`);
        expect(different, lines.join('')).to.be.empty;
        expect(stopped).to.equal(undefined);
      } finally {
        const subjects = started.flatMap(it => (it.status === 'fulfilled' ? [it.value] : []));
        await Promise.all(subjects.map(subject => subject.stop()));
        await databases.remove();
      }
    });
  }

  it('have no explanation left of what is not different any more', () => {
    const isUnused = (accepted: AcceptedDifference, name: string) => {
      const report = reports.get(name);
      return report && reviewBaseline([accepted], report).unused.length > 0;
    };
    const isCertain = ({ reason }: AcceptedDifference) => !reason.endsWith('by chance');
    const unused = explained.filter(isCertain).filter(accepted =>
      // Two packages may be called the same.
      PAIRS.filter(name => isOf(name, accepted.request)).every(name => isUnused(accepted, name)),
    );
    expect(unused).to.deep.equal([]);
  });
});

/** @param request - as a baseline names it: an endpoint below a plugin, or a table of its database */
function isOf(name: string, request: string): boolean {
  const path = request.replace(/^STATE /, '/api').replace(/^[A-Z]+ /, '');
  const owners = PAIRS.map(each => prefixOf(each)).filter(prefix => path.startsWith(`${prefix}/`));
  return owners.sort((a, b) => b.length - a.length)[0] === prefixOf(name);
}

/** Nor may it be no answer from either, except where that is explained. */
function isDifferent({ verdict, observed, left, right, differences }: ParityResult): boolean {
  const isSilent = !observed && !left && !right;
  return isSilent
    ? differences.some(({ ignored }) => ignored?.rule !== 'baseline')
    : verdict !== 'matched' && verdict !== 'ignored';
}

function describeRow(name: string, { results, coverage }: ParityReport): string {
  const different = results.filter(isDifferent).length;
  const identical = results.filter(({ verdict }) => verdict === 'matched').length;
  const own = (coverage?.routes ?? []).filter(({ path }) => isOf(name, `${path}/`));
  const cells = [
    results.length,
    identical,
    results.length - identical - different,
    different,
    `${own.filter(isExercised).length} of ${own.length}`,
  ];
  return `    ${name.padEnd(20)} ${cells.map((cell, i) => String(cell).padStart(COLUMNS[i].length)).join('  ')}`;
}
