#!/usr/bin/env node
// `node bench/legacy.mjs [--quick]`: one router through legacyPlugin, in a native plugin and in an old backend.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from './requests.mjs';
import { atLeast, compare } from './statistics.mjs';
import { startSubject } from './subject.mjs';

const PATH = '/api/greeting/open';
const SUBJECTS = {
  ours: { name: 'legacy', plugin: 'legacy' },
  native: { name: 'legacy', plugin: 'native' },
  old: { name: 'old-backend' },
  control: { name: 'legacy', plugin: 'legacy' },
};

/** Requests per second of a legacy plugin beside the same router elsewhere; the control is ours again. */
export async function measureLegacy({ rounds, seconds, configFile }) {
  const subjects = {};
  const rates = { ours: [], native: [], old: [], control: [] };
  try {
    for (const [who, { name, plugin }] of Object.entries(SUBJECTS)) {
      const env = plugin && { BENCH_PLUGIN: plugin };
      subjects[who] = await startSubject(name, { configFile, env });
    }
    const order = Object.keys(subjects);
    // The round before the first warms up.
    for (let round = -1; round < rounds; round += 1) {
      for (let i = 0; i < order.length; i += 1) {
        const who = order[(i + round + order.length) % order.length];
        const { rate } = await load(subjects[who].url + PATH, { seconds });
        if (round >= 0) rates[who].push(rate);
      }
    }
  } finally {
    await Promise.all(Object.values(subjects).map(subject => subject.stop()));
  }
  const { ours, control } = rates;
  const what = 'requests/s through legacyPlugin';
  return [
    compare({ what, ours, peer: rates.native, peerName: 'native', control }, atLeast(0.97)),
    compare({ what, ours, peer: rates.old, peerName: 'old', control }, atLeast(1.5)),
  ];
}

async function main() {
  const isQuick = process.argv.includes('--quick');
  const folder = await mkdtemp(join(tmpdir(), 'forklift-bench-'));
  try {
    const configFile = join(folder, 'app-config.yaml');
    await writeFile(configFile, 'app:\n  baseUrl: http://localhost:3000\nbackend: {}\n');
    const options = isQuick ? { rounds: 3, seconds: 1 } : { rounds: 7, seconds: 3 };
    console.table(await measureLegacy({ ...options, configFile }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main();
}
