#!/usr/bin/env node
// `npm run bench [-- --quick] [-- --check] [-- --only <section>]`: ours beside stock Backstage and other peers, as ratios, in interleaved rounds.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import parity from 'backstage-forklift/parity';
import { measureDatabases } from './database.mjs';
import { measureGuides } from './guides.mjs';
import { measureRequests } from './requests.mjs';
import { measureSchedulers } from './scheduler.mjs';
import { measureStart } from './start.mjs';
import { measureWiring } from './wiring.mjs';

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, check: { type: 'boolean' }, only: { type: 'string' } },
});
const SECTIONS = ['start', 'requests', 'wiring', 'guides', 'databases', 'scheduler'];
/** They need PostgreSQL, and take minutes a round. */
const ON_POSTGRES = ['databases', 'scheduler'];
const hasPostgres = process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING !== undefined;
if (values.only !== undefined && !SECTIONS.includes(values.only)) {
  throw new Error(`--only '${values.only}': expected one of ${SECTIONS.join(', ')}`);
}
const isWanted = section =>
  values.only === section ||
  (values.only === undefined && (hasPostgres || !ON_POSTGRES.includes(section)));
const rounds = values.quick ? 2 : 7;
const seconds = values.quick ? 1 : 3;

execFileSync(process.execPath, [fileURLToPath(new URL('../test/install.cjs', import.meta.url))], {
  stdio: 'inherit',
});

const folder = await mkdtemp(join(tmpdir(), 'forklift-bench-'));
const identity = await parity.createParityIdentity();
const results = [];
try {
  const configFile = join(folder, 'app-config.yaml');
  await writeFile(configFile, 'app:\n  baseUrl: http://localhost:3000\nbackend: {}\n');
  const options = { configFile, env: identity.env };
  if (isWanted('start')) {
    for (const plugins of [1, 100, 1000]) {
      print(await measureStart({ plugins, rounds, ...options }));
    }
  }
  if (isWanted('requests')) {
    print(await measureRequests({ rounds, seconds, token: identity.tokenFor('user'), ...options }));
  }
  if (isWanted('wiring')) {
    print(await measureWiring({ rounds }));
  }
  if (isWanted('guides')) print(await measureGuides({ rounds }));
  const roundsOnPostgres = values.quick ? 1 : 5;
  if (isWanted('databases')) print(await measureDatabases({ rounds: roundsOnPostgres }));
  if (isWanted('scheduler')) print(await measureSchedulers({ rounds: roundsOnPostgres }));
  if (values.only === undefined && !hasPostgres) {
    console.log(
      `${ON_POSTGRES.join(' and ')}: left out, BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING is not set`,
    );
  }
} finally {
  await identity.close();
  await rm(folder, { recursive: true, force: true });
}

const missed = results.filter(({ met }) => met === false);
console.log(
  `\nNode ${process.version}, ${cpus().length} cores, medians of ${rounds} interleaved rounds. ` +
    'Ratio: ours / peer. A/A: ours once more / ours; its distance from 1.00 is noise.',
);
console.log(
  missed.length === 0
    ? 'All goals met.'
    : `Goals missed: ${missed.map(({ what }) => what).join('; ')}`,
);
process.exitCode = values.check && missed.length > 0 ? 1 : 0;

function print(rows) {
  if (results.length === 0) {
    console.log(line('measured', 'ours', 'peer', '', 'ratio', 'A/A', 'goal', ''));
  }
  results.push(...rows);
  for (const { what, ours, peer, peerName, ratio, control, goal, met } of rows) {
    const verdict = met === undefined ? '' : met ? 'met' : 'missed';
    const [a, b] = [ours, peer].map(value => value.toFixed(value < 1 ? 4 : value < 100 ? 1 : 0));
    console.log(line(what, a, b, peerName, ratio.toFixed(2), control.toFixed(2), goal, verdict));
  }
}

function line(what, ours, peer, peerName, ratio, control, goal, verdict) {
  return [
    what.padEnd(52),
    ours.padStart(8),
    peer.padStart(8),
    peerName.padEnd(8),
    ratio.padStart(6),
    control.padStart(6),
    goal.padStart(12),
    verdict,
  ]
    .join(' ')
    .trimEnd();
}
