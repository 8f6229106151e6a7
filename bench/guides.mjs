#!/usr/bin/env node
// `node bench/guides.mjs [--quick]`: what the codemods cost on 300 files, beside jscodeshift with a rename.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLargeRepository } from './codemods/large-repository.mjs';
import { compare, printRows } from './statistics.mjs';

const SCAN_SECONDS = 1;
const LIFT_SECONDS = 3;
const MEGABYTES = 500;

const path = name => fileURLToPath(new URL(name, import.meta.url));
const JSCODESHIFT = createRequire(import.meta.url).resolve('jscodeshift/bin/jscodeshift.js');

/**
 * CPU seconds and peak memory of whole commands, node's start included, in interleaved rounds. CPU time
 * is what a command takes on a machine that does nothing else, and no less there.
 */
export async function measureGuides({ rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'forklift-guides-'));
  try {
    const files = writeLargeRepository(folder);
    const forklift = (...args) => [path('../dist/lib/cli/main.js'), ...args];
    const transform = ['--transform', path('./subjects/rename.cjs'), '--parser', 'tsx'];
    const imports = ['guide', 'backend-common-imports', folder, '--apply', '--dry-run'];
    const commands = {
      scan: forklift('scan', folder),
      lift: forklift('lift', folder, '--dry-run'),
      imports: forklift(...imports),
      rename: [JSCODESHIFT, ...transform, '--dry', '--run-in-band', '--silent', ...files],
      control: forklift('lift', folder, '--dry-run'),
    };
    const names = Object.keys(commands);
    const runs = Object.fromEntries(names.map(name => [name, []]));
    // One round that does not count fills the file caches.
    for (let round = -1; round < rounds; round += 1) {
      for (let i = 0; i < names.length; i += 1) {
        const name = names[(i + round + names.length) % names.length];
        const usage = usageOf(commands[name], join(folder, 'usage.json'));
        if (round >= 0) runs[name].push(usage);
      }
    }
    return rowsOf(runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How much of a difference is noise is measured with one of the commands, for all. */
function rowsOf(runs) {
  const row = (what, name, key, limit) =>
    compare(
      {
        what,
        ours: runs[name].map(each => each[key]),
        peer: runs.rename.map(each => each[key]),
        peerName: 'rename',
        control: runs.control.map(
          (each, i) => (each[key] / runs.lift[i][key]) * runs[name][i][key],
        ),
      },
      limit && { goal: `ours <= ${limit}`, isMet: ({ ours }) => ours <= limit },
    );
  return [
    row('scan of 300 files, s of CPU', 'scan', 'seconds', SCAN_SECONDS),
    row('lift of 300 files, s of CPU', 'lift', 'seconds', LIFT_SECONDS),
    row('lift of 300 files, peak memory, MB', 'lift', 'megabytes', MEGABYTES),
    row('imports of 300 files, s of CPU', 'imports', 'seconds'),
    row('imports of 300 files, peak memory, MB', 'imports', 'megabytes', MEGABYTES),
  ];
}

function usageOf(args, file) {
  try {
    execFileSync(process.execPath, ['--require', path('./subjects/usage.cjs'), ...args], {
      env: { ...process.env, FORKLIFT_BENCH_USAGE: file },
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 2 ** 30,
    });
  } catch (error) {
    // Exit code 1 says that there is work left for a person.
    if (error.status !== 1) throw error;
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await measureGuides({ rounds: process.argv.includes('--quick') ? 2 : 7 });
  printRows(rows);
}
