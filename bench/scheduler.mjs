#!/usr/bin/env node
// `node bench/scheduler.mjs [--quick]`: what scheduled tasks ask of PostgreSQL, ours beside stock Backstage.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { atMost, compareWithStock } from './statistics.mjs';

const SERVER =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING ??
  'postgresql://postgres@127.0.0.1:5432/postgres';

const LOADS = [
  { name: '20 hourly tasks', tasks: 20, cadenceMs: 3_600_000, settleMs: 7_000, measureMs: 15_000 },
  {
    name: '200 tasks every second',
    tasks: 200,
    cadenceMs: 1_000,
    settleMs: 5_000,
    measureMs: 10_000,
  },
];
const PROCESSES = 2;

/** Queries, runs and processor time per second of processes that share their tasks. */
export async function measureSchedulers({ rounds }) {
  const rows = [];
  for (const load of LOADS) {
    const runs = { ours: [], stock: [], control: [] };
    for (let round = 0; round < rounds; round += 1) {
      const order = ['ours', 'stock', 'control'];
      for (let i = 0; i < order.length; i += 1) {
        const who = order[(i + round) % order.length];
        runs[who].push(await measureOnce(who === 'stock' ? 'stock' : 'ours', load));
      }
    }
    const row = (key, what, target) => compareWithStock(runs, key, `${what}, ${load.name}`, target);
    rows.push(row('queriesPerSecond', 'queries per second', atMost(0.5)));
    if (load.cadenceMs <= 1_000) {
      rows.push(row('runsPerSecond', 'runs per second'), row('cpuPercent', 'processor time, %'));
    }
  }
  return rows;
}

async function measureOnce(who, load) {
  const prefix = `bench_${randomBytes(5).toString('hex')}_`;
  const options = { ...load, database: { client: 'pg', connection: SERVER, prefix } };
  const processes = [];
  try {
    for (let i = 0; i < PROCESSES; i += 1) {
      processes.push(
        fork(fileURLToPath(new URL('./subjects/scheduler.cjs', import.meta.url)), [who], {
          env: { ...process.env, NODE_ENV: 'production', BENCH_OPTIONS: JSON.stringify(options) },
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        }),
      );
      // Stock Backstage does not start while another process migrates.
      await new Promise(resolve => setTimeout(resolve, 1_500));
    }
    const reports = await Promise.all(
      processes.map(async child => {
        const [report] = await Promise.race([
          once(child, 'message'),
          once(child, 'exit').then(() => {
            throw new Error(`'${who}' ended before it reported`);
          }),
        ]);
        return report;
      }),
    );
    return Object.fromEntries(
      Object.keys(reports[0]).map(key => [
        key,
        reports.reduce((sum, report) => sum + report[key], 0),
      ]),
    );
  } finally {
    await Promise.all(
      processes.map(async child => {
        const exited = once(child, 'exit');
        if (child.kill('SIGKILL')) await exited;
      }),
    );
    const admin = new pg.Client(SERVER);
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS "${prefix}bench" WITH (FORCE)`);
    await admin.end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(await measureSchedulers({ rounds: process.argv.includes('--quick') ? 1 : 5 }));
}
