#!/usr/bin/env node
// `node bench/legacy.mjs [--quick]`: one router through legacyPlugin, in a native plugin and in an old backend.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from './requests.mjs';
import { atLeast, compare } from './statistics.mjs';
import { startSubject } from './subject.mjs';

const TARGETS = {
  ours: ['legacy', '/api/greeting/open'],
  native: ['legacy', '/api/native/open'],
  old: ['old-backend', '/api/greeting/open'],
  control: ['legacy', '/api/control/open'],
};

/**
 * Requests per second of a legacy plugin beside the same router elsewhere; the control is another one like
 * ours. All but the old one are plugins of one backend: two processes differ by more than what is measured.
 */
export async function measureLegacy({ rounds, seconds, configFile }) {
  const subjects = {};
  const rates = { ours: [], native: [], old: [], control: [] };
  try {
    for (const name of ['legacy', 'old-backend']) {
      subjects[name] = await startSubject(name, { configFile });
    }
    const order = Object.keys(TARGETS);
    // The rounds before the first warm up.
    for (let round = -2; round < rounds; round += 1) {
      for (let i = 0; i < order.length; i += 1) {
        const who = order[(i + round + order.length) % order.length];
        const [name, path] = TARGETS[who];
        const { rate } = await load(subjects[name].url + path, { seconds });
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
    const options = isQuick ? { rounds: 5, seconds: 1 } : { rounds: 15, seconds: 1 };
    console.table(await measureLegacy({ ...options, configFile }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main();
}
