#!/usr/bin/env node
// `node bench/wiring.mjs [--quick]`: what wiring costs over the plugins' own work, ours and stock Backstage.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compare, printRows } from './statistics.mjs';

const PLUGINS = 2000;
const FEWER_PLUGINS = 500;
const MS_PER_PLUGIN = 0.15;
const SERVICES = 10_000;
const MS_FOR_CIRCLES = 100;

/**
 * Processor milliseconds for each of many plugins, whether they grow with the number, and for finding
 * circles. What the plugins do themselves is measured without a backend, and taken off both sides.
 */
export async function measureWiring({ rounds }) {
  const subjects = {
    ours: ['ours', PLUGINS],
    stock: ['stock', PLUGINS],
    control: ['ours', PLUGINS],
    bare: ['bare', PLUGINS],
    fewer: ['ours', FEWER_PLUGINS],
    bareFewer: ['bare', FEWER_PLUGINS],
    circles: ['circles', SERVICES],
    halfCircles: ['circles', SERVICES / 2],
    controlCircles: ['circles', SERVICES],
  };
  const names = Object.keys(subjects);
  const runs = Object.fromEntries(names.map(name => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round) % names.length];
      const [subject, count] = subjects[name];
      runs[name].push((await measureOnce(subject, count)) / count);
    }
  }
  const without = (name, bare) => {
    runs[name] = runs[name].map((ms, round) => ms - runs[bare][round]);
  };
  ['ours', 'stock', 'control'].forEach(name => without(name, 'bare'));
  without('fewer', 'bareFewer');
  const row = (what, [ours, peer, control], peerName, target) =>
    compare({ what, ours: runs[ours], peer: runs[peer], peerName, control: runs[control] }, target);
  return [
    row(`wiring of each of ${PLUGINS} plugins, ms`, ['ours', 'stock', 'control'], 'stock', {
      goal: `<= ${MS_PER_PLUGIN}`,
      isMet: ({ ours }) => ours <= MS_PER_PLUGIN,
    }),
    row(`the same against ${FEWER_PLUGINS} plugins`, ['ours', 'fewer', 'control'], 'fewer', {
      goal: 'ratio <= 1.2',
      isMet: ({ ratio }) => ratio <= 1.2,
    }),
    row(
      `circles among ${SERVICES} services, ms each`,
      ['circles', 'halfCircles', 'controlCircles'],
      'half',
      {
        goal: `<= ${MS_FOR_CIRCLES / SERVICES}`,
        isMet: ({ ours }) => ours * SERVICES <= MS_FOR_CIRCLES,
      },
    ),
  ];
}

async function measureOnce(...args) {
  const child = fork(
    fileURLToPath(new URL('./subjects/wiring.cjs', import.meta.url)),
    args.map(String),
    {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const [{ ms }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`wiring of ${args.join(' ')} ended with exit code ${code}`);
    }),
  ]);
  child.kill('SIGKILL');
  return ms;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await measureWiring({ rounds: process.argv.includes('--quick') ? 2 : 7 });
  printRows(rows, 4);
}
