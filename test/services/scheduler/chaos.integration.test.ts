import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { longestGap, overlaps, readRuns } from './chaos/run-log';
import type { WorkerOptions } from './chaos/worker-options';
import { WorkerProcess } from './chaos/worker-process';

/** Makes each proof longer. */
const longer = Number(process.env.SCHEDULER_CHAOS_SECONDS ?? 0);
/** Gives each proof more tasks. */
const more = Number(process.env.SCHEDULER_CHAOS_TASKS ?? 0);
const cadence = 1_000;
const lease = 20_000;
/** For polls, and for machines with more processes than processors. */
const slack = 6_000;

const cases: Array<{
  title: string;
  client: string;
  /** Has the address of the server; SQLite has none. */
  variable?: string;
  kinds: Array<WorkerOptions['kind']>;
  tasks: number;
  seconds: number;
}> = [
  {
    title: 'four processes on PostgreSQL',
    client: 'pg',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    kinds: ['forklift', 'forklift', 'forklift', 'forklift'],
    tasks: 200,
    seconds: 25,
  },
  {
    title: 'processes of ours and of stock Backstage on PostgreSQL',
    client: 'pg',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    kinds: ['forklift', 'stock', 'forklift', 'stock'],
    tasks: 20,
    seconds: 6,
  },
  {
    title: 'processes of ours and of an old backend on PostgreSQL',
    client: 'pg',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    kinds: ['legacy', 'forklift', 'legacy', 'forklift'],
    tasks: 20,
    seconds: 6,
  },
  {
    title: 'four processes on MySQL',
    client: 'mysql2',
    variable: 'BACKSTAGE_TEST_DATABASE_MYSQL8_CONNECTION_STRING',
    kinds: ['forklift', 'forklift', 'forklift', 'forklift'],
    tasks: 50,
    seconds: 6,
  },
  {
    title: 'one process after the other on SQLite',
    client: 'better-sqlite3',
    kinds: ['forklift'],
    tasks: 20,
    seconds: 6,
  },
];

describe('scheduled tasks while processes are killed and stopped', function chaos() {
  this.timeout((longer + 120) * 1_000);

  for (const { title, client, variable, kinds, ...proof } of cases) {
    const tasks = Math.max(proof.tasks, more);
    const seconds = Math.max(proof.seconds, longer);
    it(`never run twice at a time, and none is forgotten, with ${title}`, async function run() {
      if (variable && !process.env[variable]) {
        this.test!.title += ` (skipped: ${variable} is not set)`;
        this.skip();
      }
      const prefix = `chaos_${randomBytes(5).toString('hex')}_`;
      const folder = mkdtempSync(join(tmpdir(), 'forklift-chaos-'));
      const connection = variable ? process.env[variable]! : { directory: folder };
      const file = join(folder, 'runs.ndjson');
      const database: JsonObject = { client, connection, prefix };
      const options = { database, tasks, cadence, timeout: 10_000, file };
      const workers: WorkerProcess[] = [];
      const living: WorkerProcess[] = [];
      const startWorker = async (kind: WorkerOptions['kind']) => {
        const worker = new WorkerProcess({ ...options, kind });
        workers.push(worker);
        living.push(worker);
        await worker.ready;
      };
      try {
        for (const kind of kinds) await startWorker(kind);
        const until = Date.now() + seconds * 1_000;
        const pause = Math.min(20_000, (seconds * 1_000) / 3);
        for (let round = 0; Date.now() + pause < until; round += 1) {
          await sleep(pause);
          const signals = ['SIGKILL', 'SIGTERM'] as const;
          const ended = kinds.length > 1 ? signals : [signals[round % 2]];
          for (const signal of ended) await living.shift()!.end(signal);
          for (const i of ended.keys()) {
            await startWorker(kinds[(ended.length * round + i) % kinds.length]);
          }
        }
        await sleep(Math.max(until - Date.now(), 0));
        const end = Date.now();
        await Promise.all(living.map(worker => worker.end('SIGTERM')));

        const runs = readRuns(file);
        const ends = new Map(workers.map(worker => [worker.pid, worker.endedAt]));
        expect(overlaps(runs, pid => ends.get(pid)!)).to.deep.equal([]);
        expect(runs.size).to.equal(tasks);
        const gap = longestGap(runs, end);
        expect(gap).to.be.lessThan(lease + cadence + slack);
        const count = [...runs.values()].reduce((sum, list) => sum + list.length, 0);
        this.test!.title += ` (${count} runs of ${tasks} tasks in ${seconds} s, the longest pause ${(gap / 1_000).toFixed(1)} s)`;
      } finally {
        await Promise.all(living.map(worker => worker.end('SIGKILL')));
        rmSync(folder, { recursive: true });
        if (variable) {
          const admin = createKnex({ client, connection: process.env[variable]! });
          await admin.raw('DROP DATABASE IF EXISTS ??', [`${prefix}test`]);
          await admin.destroy();
        }
      }
    });
  }
});
