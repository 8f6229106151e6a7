import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { GlobalTasks } from '../../../lib/services/scheduler/global-tasks';
import type { TaskRow, TaskStore } from '../../../lib/services/scheduler/task-store';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';

const settings = { version: 2, cadence: 'PT1H', timeoutAfterDuration: 'PT1M' } as const;

/** A table whose answers a test can hold back. */
class HeldTable {
  readonly rows = new Map<string, TaskRow>();
  readonly givenBack: string[] = [];
  readonly wholeSeconds = false;
  reads = 0;
  claims = 0;
  renewals = 0;
  heldRead?: Promise<void>;
  heldClaim?: Promise<void>;

  async register(id: string) {
    const nextStart = Date.now() / 1_000 - 1;
    const settingsJson = JSON.stringify(settings);
    this.rows.set(id, {
      id,
      settingsJson,
      nextStart,
      ticket: null,
      startedAt: null,
      expiresAt: null,
    });
  }

  async has(id: string) {
    return this.rows.has(id);
  }

  async read() {
    this.reads += 1;
    const rows = [...this.rows.values()].map(row => ({ ...row }));
    await this.heldRead;
    return { now: Date.now() / 1_000, rows };
  }

  async claim(ids: string[], ticket: string) {
    this.claims += 1;
    await this.heldClaim;
    ids.forEach(id => Object.assign(this.rows.get(id)!, { ticket }));
    return ids;
  }

  async renew() {
    this.renewals += 1;
  }

  async trigger() {}

  async release(id: string) {
    Object.assign(this.rows.get(id)!, { ticket: null, nextStart: null });
  }

  async giveBack(id: string) {
    this.givenBack.push(id);
  }
}

describe('global tasks', () => {
  let table: HeldTable;
  let tasks: GlobalTasks;
  let runs: string[];
  let logger: ReturnType<typeof recordingLogger>;

  beforeEach(() => {
    table = new HeldTable();
    runs = [];
    logger = recordingLogger();
    tasks = new GlobalTasks({ logger, store: async () => table as unknown as TaskStore });
  });

  afterEach(() => tasks.stop());

  const add = (id: string, initialDelay = 0) =>
    tasks.add({ id, fn: () => void runs.push(id), settings, initialDelay, logger });

  /** Holds back the answers of the table until the function that it gives is called. */
  function hold(what: 'heldRead' | 'heldClaim'): () => void {
    let release = () => {};
    table[what] = new Promise(resolve => (release = resolve));
    return () => {
      table[what] = undefined;
      release();
    };
  }

  it('are not forgotten when they are added while the table is read', async () => {
    await add('first');
    await eventually(() => expect(runs).to.deep.equal(['first']));
    const release = hold('heldRead');
    const { reads } = table;
    await tasks.trigger('first'); // polls at once
    await eventually(() => expect(table.reads).to.be.greaterThan(reads));
    await add('second');
    release();
    await eventually(() => expect(runs).to.deep.equal(['first', 'second']));
    expect(logger.lines).to.deep.equal([]);
  });

  for (const hours of [-1, 1]) {
    it(`keep their lease when the clock is put ${hours < 0 ? 'back' : 'forward'}`, async () => {
      const leased = new GlobalTasks({
        logger,
        store: async () => table as unknown as TaskStore,
        lease: { length: 2_000, renewEvery: 100 },
      });
      let signal: AbortSignal | undefined;
      const fn = (given: AbortSignal) =>
        new Promise<void>(resolve => {
          signal = given;
          given.addEventListener('abort', () => resolve());
        });
      await leased.add({ id: 'long', fn, settings, initialDelay: 0, logger });
      await eventually(() => expect(signal).to.be.an.instanceof(AbortSignal));
      const clock = useFakeTimers({ now: Date.now() + hours * 3_600_000, toFake: ['Date'] });
      try {
        const { renewals } = table;
        await new Promise<void>((resolve, reject) => {
          const timer = setInterval(() => {
            if (signal!.aborted) reject(new Error('the run was aborted'));
            else if (table.renewals < renewals + 3) return;
            else resolve();
            clearInterval(timer);
          }, 20);
        });
      } finally {
        clock.restore();
        await leased.stop();
      }
    });
  }

  it('do not run when they were removed while they were claimed', async () => {
    await add('kept', 3_600);
    const release = hold('heldClaim');
    await add('removed');
    await eventually(() => expect(table.claims).to.equal(1));
    tasks.remove('removed');
    release();
    await eventually(() => expect(table.givenBack).to.deep.equal(['removed']));
    await add('last');
    await eventually(() => expect(runs).to.deep.equal(['last']));
  });
});
