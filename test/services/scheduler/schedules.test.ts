import { expect } from 'chai';
import { createRequire } from 'node:module';
import { Duration, Settings } from 'luxon';
import { useFakeTimers } from 'sinon';
import type { SchedulerServiceTaskScheduleDefinition } from '../../../lib/api';
import { nextStart } from '../../../lib/services/scheduler/next-start';
import {
  parseTaskSettings,
  taskSettings,
  taskTiming,
} from '../../../lib/services/scheduler/task-settings';
import { failureOf } from '../database/test-manager';
import { eventually } from '../eventually';
import { startScheduler } from './test-scheduler';

const timeout = { minutes: 1 };
/** cron may have a luxon of its own. */
const cronRequire = createRequire(require.resolve('cron'));

function timingOf(schedule: Partial<SchedulerServiceTaskScheduleDefinition>) {
  return taskTiming(
    taskSettings('plugin', 'id', { frequency: { hours: 1 }, timeout, ...schedule }),
  );
}

describe('schedules of tasks', () => {
  it('are durations of any kind', () => {
    const settings = taskSettings('plugin', 'id', {
      frequency: Duration.fromObject({ minutes: 90 }),
      timeout: { hours: 1, seconds: 0.5 },
      initialDelay: { seconds: 5 },
      jitter: { seconds: 2 },
    });
    expect(settings).to.deep.equal({
      version: 2,
      cadence: 'PT90M',
      timeoutAfterDuration: 'PT1H0.5S',
      initialDelayDuration: 'PT5S',
      jitterDuration: 'PT2S',
    });
    const timing = parseTaskSettings(JSON.stringify(settings));
    expect(timing).to.deep.equal({
      cadence: { type: 'every', seconds: 5_400 },
      timeout: 3_600.5,
      initialDelay: 5,
      jitter: 2,
    });
  });

  const mistakes: Array<[string, object, RegExp]> = [
    ['no timeout', { timeout: undefined }, /task 'id' of plugin 'plugin', timeout/],
    [
      'no frequency',
      { frequency: undefined },
      /task 'id' of plugin 'plugin', frequency: undefined/,
    ],
    [
      'a frequency as text',
      { frequency: '5m' },
      /task 'id' of plugin 'plugin', frequency: "5m", expected a duration/,
    ],
    [
      'a frequency of zero',
      { frequency: {} },
      /frequency: 'PT0S' is not a duration longer than zero/,
    ],
    ['a negative timeout', { timeout: { seconds: -1 } }, /timeout: 'PT-1S' is not a duration/],
    [
      'an unknown unit',
      { timeout: { fortnights: 1 } },
      /task 'id' of plugin 'plugin', timeout: \{"fortnights":1\}/,
    ],
    ['not a number', { timeout: { seconds: NaN } }, /task 'id' of plugin 'plugin', timeout/],
    [
      'an invalid cron line',
      { frequency: { cron: 'often' } },
      /frequency: 'often' is not a cron line/,
    ],
    [
      'a cron line for a day that never comes',
      { frequency: { cron: '0 0 30 2 *' } },
      /task 'id' of plugin 'plugin', frequency: no day matches the cron line '0 0 30 2 \*'/,
    ],
    [
      'a cron line of 10,000 letters, which the message shortens',
      { frequency: { cron: 'x'.repeat(10_000) } },
      /^Invalid schedule .{0,80}'x{200}…' is not a cron line.{0,300}$/,
    ],
    ['too many cron fields', { frequency: { cron: '* * * * * * * *' } }, /is not a cron line/],
    [
      'an unknown trigger',
      { frequency: { trigger: 'now' } },
      /'now' is not a cron line, a duration or 'manual'/,
    ],
  ];
  for (const [what, schedule, message] of mistakes) {
    it(`refuse ${what}`, () => {
      expect(() => timingOf(schedule))
        .to.throw(message)
        .with.property('name', 'InputError');
    });
  }

  it('refuse ids that the table cannot hold', async () => {
    const { scheduler, stop } = startScheduler({
      client: 'better-sqlite3',
      connection: ':memory:',
    });
    for (const [id, message] of [
      ['', / is not a valid ID, expected non-empty string/],
      [undefined, /undefined is not a valid ID/],
      [
        'x'.repeat(10_000),
        /'x{200}…' is not a valid ID, expected at most 255 characters.*got 10000 \(task of plugin 'test'\)/,
      ],
      ['a\0b', /'a\\0b' is not a valid ID/],
      ['a\ud800b', /'a\ud800b' is not a valid ID, it has half a character in it/],
    ] as const) {
      const failure = await failureOf(
        scheduler.scheduleTask({
          id: id as string,
          frequency: { hours: 1 },
          timeout,
          fn: () => {},
        }),
      );
      expect(failure.message).to.match(message);
      expect(failure.name).to.equal('InputError');
    }
    await stop();
  });

  it('are refused without a function to run', async () => {
    const { scheduler, stop } = startScheduler({
      client: 'better-sqlite3',
      connection: ':memory:',
    });
    const failure = await failureOf(
      scheduler.scheduleTask({ id: 'a', frequency: { hours: 1 }, timeout } as any),
    );
    expect(failure).to.include({
      name: 'InputError',
      message: "Task 'a' of plugin 'test' has no function to run, its fn is undefined",
    });
    await stop();
  });

  it('are refused when the database cannot be reached, with the reason', async () => {
    const { scheduler, stop } = startScheduler({
      client: 'pg',
      connection: { host: '127.0.0.1', port: 1 },
    });
    const failure = await failureOf(
      scheduler.scheduleTask({ id: 'a', frequency: { hours: 1 }, timeout, fn: () => {} }),
    );
    expect(failure.message).to.match(
      /^Failed to persist task, 'a' of plugin 'test' is not scheduled: .*ECONNREFUSED 127\.0\.0\.1:1/,
    );
    await stop();
  });

  describe('nextStart', () => {
    let clock: sinon.SinonFakeTimers;

    beforeEach(() => {
      clock = useFakeTimers({ now: Date.UTC(2030, 0, 1, 12, 0, 30), toFake: ['Date'] });
    });

    afterEach(() => clock.restore());

    it('keeps the rhythm of a duration', () => {
      const timing = timingOf({ frequency: { seconds: 10 } });
      expect(nextStart(timing, 0, 0)).to.deep.equal({ type: 'every', seconds: 10, notBefore: 0 });
      expect(nextStart(timing, 0, 1)).to.deep.equal({ type: 'every', seconds: 10, notBefore: 0 });
    });

    it('doubles the pause of a task that fails again and again, up to ten minutes', () => {
      const pauses = (seconds: number) =>
        [2, 3, 4, 20].map(failures => {
          const next = nextStart(timingOf({ frequency: { seconds } }), 0, failures);
          return next.type === 'every' ? next.notBefore : undefined;
        });
      expect(pauses(10)).to.deep.equal([20, 40, 80, 600]);
      expect(pauses(400)).to.deep.equal([600, 600, 600, 600]);
      expect(pauses(3_600)).to.deep.equal([0, 0, 0, 0]);
    });

    it('finds the next time of a cron line, and never one twice', () => {
      const timing = timingOf({ frequency: { cron: '* * * * *' } });
      const minute = (n: number) => Date.UTC(2030, 0, 1, 12, n);
      expect(nextStart(timing, minute(0), 0)).to.deep.equal({ type: 'at', millis: minute(1) });
      clock.setSystemTime(minute(1) - 50);
      expect(nextStart(timing, minute(1), 0)).to.deep.equal({ type: 'at', millis: minute(2) });
      expect(nextStart(timing, minute(1), 3)).to.deep.equal({ type: 'at', millis: minute(5) });
    });

    it('does not run twice what stock Backstage has registered for a second before its time', () => {
      const timing = timingOf({ frequency: { cron: '* * * * *' } });
      const minute = (n: number) => Date.UTC(2030, 0, 1, 12, n);
      clock.setSystemTime(minute(1) - 900);
      expect(nextStart(timing, minute(1) - 1_000, 0)).to.deep.equal({
        type: 'at',
        millis: minute(2),
      });
      const secondly = timingOf({ frequency: { cron: '* * * * * *' } });
      expect(nextStart(secondly, minute(1) - 1_000, 0)).to.deep.equal({
        type: 'at',
        millis: minute(1),
      });
    });

    it('leaves out nothing and repeats nothing when clocks are put back or forward', () => {
      const copies: Array<typeof Settings> = [Settings, cronRequire('luxon').Settings];
      copies.forEach(settings => (settings.defaultZone = 'Europe/Berlin'));
      try {
        const startsFrom = (line: string, from: string, count: number) => {
          const timing = timingOf({ frequency: { cron: line } });
          let due = Date.parse(from);
          return Array.from({ length: count }, () => {
            clock.setSystemTime(due + 50);
            const next = nextStart(timing, due, 0);
            due = next.type === 'at' ? next.millis : NaN;
            return new Date(due).toISOString().slice(5, 16);
          });
        };
        expect(startsFrom('*/30 * * * *', '2026-10-25T00:00:00Z', 5)).to.deep.equal([
          '10-25T00:30',
          '10-25T01:00',
          '10-25T01:30',
          '10-25T02:00',
          '10-25T02:30',
        ]);
        expect(startsFrom('0 * * * *', '2027-03-27T23:30:00Z', 3)).to.deep.equal([
          '03-28T00:00',
          '03-28T01:00',
          '03-28T02:00',
        ]);
        expect(startsFrom('30 2 * * *', '2026-10-24T12:00:00Z', 2)).to.deep.equal([
          '10-25T00:30',
          '10-26T01:30',
        ]);
        expect(startsFrom('30 2 * * *', '2027-03-27T12:00:00Z', 2)).to.deep.equal([
          '03-28T01:00',
          '03-29T00:30',
        ]);
      } finally {
        copies.forEach(settings => (settings.defaultZone = 'system'));
      }
    });

    it('spreads starts when asked to', () => {
      const timing = timingOf({ frequency: { seconds: 10 }, jitter: { seconds: 5 } });
      const starts = Array.from({ length: 50 }, () => nextStart(timing, 0, 0));
      for (const start of starts) {
        expect(start.type === 'every' && start.seconds).to.be.within(10, 15);
      }
      expect(new Set(starts.map(start => JSON.stringify(start))).size).to.be.greaterThan(10);
    });

    it('leaves manual tasks alone', () => {
      expect(nextStart(timingOf({ frequency: { trigger: 'manual' } }), 0, 0)).to.deep.equal({
        type: 'never',
      });
    });
  });

  describe('of local tasks', () => {
    let started: ReturnType<typeof startScheduler>;

    beforeEach(() => {
      started = startScheduler({ client: 'better-sqlite3', connection: ':memory:' });
    });

    afterEach(() => started.stop());

    it('run without a database', async () => {
      let runs = 0;
      await started.scheduler.scheduleTask({
        id: 'local',
        scope: 'local',
        frequency: { milliseconds: 10 },
        timeout,
        fn: () => void (runs += 1),
      });
      await eventually(() => expect(runs).to.be.at.least(3));
    });

    it('can be triggered during their initial delay, and cancelled', async () => {
      const { scheduler } = started;
      const aborted: boolean[] = [];
      await scheduler.scheduleTask({
        id: 'local',
        scope: 'local',
        frequency: { hours: 1 },
        initialDelay: { hours: 1 },
        timeout,
        fn: signal =>
          new Promise<void>(resolve => {
            signal.addEventListener('abort', () => {
              aborted.push(true);
              resolve();
            });
          }),
      });
      expect((await failureOf(scheduler.cancelTask('local'))).message).to.equal(
        'Task local is not running',
      );
      await scheduler.triggerTask('local');
      await eventually(() => scheduler.cancelTask('local'));
      await eventually(() => expect(aborted).to.deep.equal([true]));
      await eventually(() => scheduler.triggerTask('local'));
      await eventually(async () =>
        expect((await failureOf(scheduler.triggerTask('local'))).message).to.equal(
          'Task local is currently running',
        ),
      );
    });

    it('go on after a failure', async () => {
      let runs = 0;
      await started.scheduler.scheduleTask({
        id: 'local',
        scope: 'local',
        frequency: { milliseconds: 5 },
        timeout,
        fn: () => {
          runs += 1;
          throw new Error('broken');
        },
      });
      await eventually(() => expect(runs).to.be.at.least(3));
      expect(started.logger.lines).to.include('error: Task local failed');
    });

    it('replace an earlier task of the same id', async () => {
      const runs: string[] = [];
      for (const name of ['first', 'second']) {
        await started.scheduler.scheduleTask({
          id: 'same',
          scope: 'local',
          frequency: { milliseconds: 5 },
          timeout,
          fn: () => void runs.push(name),
        });
      }
      await eventually(() => expect(runs.filter(run => run === 'second').length).to.be.at.least(5));
      expect(runs.filter(run => run === 'first').length).to.be.at.most(1);
      expect(await started.scheduler.getScheduledTasks()).to.have.length(1);
    });
  });

  it('are listed with their settings', async () => {
    const { scheduler, stop } = startScheduler({
      client: 'better-sqlite3',
      connection: ':memory:',
    });
    await scheduler
      .createScheduledTaskRunner({ frequency: { hours: 2 }, timeout })
      .run({ id: 'a', fn: () => {} });
    await scheduler
      .createScheduledTaskRunner({
        frequency: { cron: '0 3 * * *' },
        timeout,
        scope: 'local',
        initialDelay: { hours: 1 },
      })
      .run({ id: 'b', fn: () => {} });
    expect(await scheduler.getScheduledTasks()).to.deep.equal([
      {
        id: 'a',
        scope: 'global',
        settings: {
          version: 2,
          cadence: 'PT2H',
          initialDelayDuration: undefined,
          timeoutAfterDuration: 'PT1M',
        },
      },
      {
        id: 'b',
        scope: 'local',
        settings: {
          version: 2,
          cadence: '0 3 * * *',
          initialDelayDuration: 'PT1H',
          timeoutAfterDuration: 'PT1M',
        },
      },
    ]);
    await stop();
  });
});
