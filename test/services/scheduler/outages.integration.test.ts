import { expect } from 'chai';
import createKnex from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually';
import { TcpProxy } from '../tcp-proxy';
import { readRuns } from './chaos/run-log';
import { WorkerProcess } from './chaos/worker-process';
import { startScheduler } from './test-scheduler';

const VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const TABLE = 'backstage_backend_tasks__tasks';

describe('scheduled tasks', function outages() {
  this.timeout(120_000);
  const address = process.env[VARIABLE];
  let prefix: string;

  before(function skipWithoutServer() {
    if (!address) {
      this.test!.parent!.title += ` (skipped: ${VARIABLE} is not set)`;
      this.skip();
    }
  });

  beforeEach(() => {
    prefix = `fl_${randomBytes(5).toString('hex')}_`;
  });

  afterEach(async () => {
    const admin = createKnex({ client: 'pg', connection: address });
    await admin.raw('DROP DATABASE IF EXISTS ??', [`${prefix}test`]);
    await admin.destroy();
  });

  it('go over to another process when theirs stands still, and end in it as soon as it goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forklift-still-'));
    const file = join(folder, 'runs.ndjson');
    writeFileSync(file, '');
    const options = {
      kind: 'forklift',
      database: { client: 'pg', connection: address, prefix },
      tasks: 1,
      cadence: 1_000,
      timeout: 3_600_000,
      duration: 3_600_000,
      file,
    } as const;
    const runs = () => readRuns(file).get(0) ?? [];
    const workers: WorkerProcess[] = [];
    const start = () => {
      const worker = new WorkerProcess(options);
      workers.push(worker);
      return worker;
    };
    try {
      const first = start();
      await eventually(() => expect(runs()).to.have.length(1), 30_000);
      const second = start();
      await second.ready;
      const stopped = Date.now();
      first.hold(true);
      await eventually(() => expect(runs()).to.have.length(2), 60_000);
      const [, next] = runs();
      expect(next.process).to.equal(second.pid);
      expect(next.begin - stopped).to.be.within(10_000, 30_000);

      const goesOn = Date.now();
      first.hold(false);
      await eventually(() => expect(runs()[0].end).to.be.a('number'), 30_000);
      expect(runs()[0].end! - goesOn).to.be.lessThan(3_000);

      // Its run was not the last, and a shutdown frees the task at once.
      await second.end('SIGTERM');
      const ended = Date.now();
      await eventually(() => expect(runs()).to.have.length(3), 30_000);
      expect(runs()[2].process).to.equal(first.pid);
      expect(runs()[2].begin - ended).to.be.lessThan(8_000);
      expect(runs()[1].end).to.be.lessThan(runs()[2].begin);
    } finally {
      workers.forEach(worker => worker.hold(false));
      await Promise.all(workers.map(worker => worker.end('SIGKILL')));
      rmSync(folder, { recursive: true });
    }
  });

  for (const [what, lose, find] of [
    ['restarts', (proxy: TcpProxy) => proxy.cut(), (proxy: TcpProxy) => proxy.restore()],
    [
      'goes silent, and connections are lost without a word',
      async (proxy: TcpProxy) => proxy.freeze(true),
      async (proxy: TcpProxy) => proxy.freeze(false),
    ],
  ] as const) {
    it(`run on while the database ${what}, and their end is written when it is back`, async () => {
      const proxy = await TcpProxy.start(address!);
      const { scheduler, logger, stop } = startScheduler({
        client: 'pg',
        connection: proxy.url,
        prefix,
      });
      const direct = createKnex({
        client: 'pg',
        connection: Object.assign(new URL(address!), { pathname: `/${prefix}test` }).href,
      });
      try {
        let runs = 0;
        let isAborted = false;
        let end = () => {};
        const timeout = { hours: 1 };
        await scheduler.scheduleTask({
          id: 'long',
          frequency: { hours: 1 },
          timeout,
          fn: signal =>
            new Promise<void>(resolve => {
              runs += 1;
              end = resolve;
              signal.addEventListener('abort', () => (isAborted = true));
            }),
        });
        let others = 0;
        await scheduler.scheduleTask({
          id: 'other',
          frequency: { seconds: 1 },
          timeout,
          fn: () => void (others += 1),
        });
        await eventually(() => expect([runs, others]).to.deep.equal([1, 1]));
        await lose(proxy);
        await eventually(() =>
          what === 'restarts'
            ? expect(logger.lines.join()).to.include('Scheduled tasks wait for the database')
            : expect(proxy.lost).to.be.greaterThan(0),
        );
        end();
        await find(proxy);

        await eventually(async () => {
          const row = await direct(TABLE).where({ id: 'long' }).first();
          expect(row.current_run_ticket).to.equal(null);
          expect(row.last_run_ended_at).to.be.an.instanceof(Date);
          expect(row.last_run_error_json).to.equal(null);
        }, 40_000);
        const before = others;
        await eventually(() => expect(others).to.be.greaterThan(before), 40_000);
        expect(runs).to.equal(1);
        expect(isAborted).to.equal(false);
      } finally {
        await stop();
        await proxy.cut();
        await direct.destroy();
      }
    });
  }
});
