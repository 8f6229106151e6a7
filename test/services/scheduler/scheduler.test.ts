import type { JsonObject } from '@backstage/types';
import { expect } from 'chai';
import createKnex from 'knex';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import request from 'supertest';
import { failureOf } from '../database/test-manager';
import { eventually } from '../eventually';
import { databases } from './databases';
import { startScheduler } from './test-scheduler';

const TABLE = 'backstage_backend_tasks__tasks';
const timeout = { seconds: 60 };

for (const { name, client, variable, connection = process.env[variable!] } of databases) {
  describe(`scheduler on ${name}`, () => {
    let database: JsonObject;
    let started: Array<ReturnType<typeof startScheduler>> = [];

    before(function skipWithoutServer() {
      if (!connection) {
        this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
        this.skip();
      }
    });

    beforeEach(() => {
      database = { client, connection, prefix: `fl_${randomBytes(5).toString('hex')}_` };
    });

    afterEach(async () => {
      await Promise.all(started.map(scheduler => scheduler.stop()));
      started = [];
      if (!variable) return;
      const admin = createKnex({ client, connection });
      await admin.raw('DROP DATABASE IF EXISTS ??', [`${database.prefix}test`]);
      await admin.destroy();
    });

    /** Processes on one database. */
    function start() {
      const scheduler = startScheduler(database);
      started.push(scheduler);
      return scheduler;
    }

    /** A task that runs until its signal aborts, and tells of its runs. */
    function waitingTask(id: string) {
      const runs: Array<'running' | 'stopped'> = [];
      const fn = async (signal: AbortSignal) => {
        const index = runs.push('running') - 1;
        if (!signal.aborted) await once(signal, 'abort');
        runs[index] = 'stopped';
        throw new Error('stopped');
      };
      return { id, runs, fn, timeout, frequency: { hours: 1 } };
    }

    it('runs tasks at their cadence and keeps when and how they ended', async () => {
      const { scheduler, knex } = start();
      let runs = 0;
      await scheduler.scheduleTask({
        id: 'often',
        frequency: { seconds: 1 },
        timeout,
        fn: () => void (runs += 1),
      });
      await eventually(() => expect(runs).to.be.at.least(2));
      const row = await eventually(async () => {
        const found = await (await knex())(TABLE).where({ current_run_ticket: null }).first();
        expect(found?.last_run_ended_at).to.be.ok;
        return found;
      });
      expect(JSON.parse(row.settings_json)).to.deep.equal({
        version: 2,
        cadence: 'PT1S',
        timeoutAfterDuration: 'PT60S',
      });
      expect(row.last_run_error_json).to.equal(null);
    });

    it('runs tasks on cron lines', async () => {
      const { scheduler } = start();
      const seconds: number[] = [];
      await scheduler.scheduleTask({
        id: 'cron',
        frequency: { cron: '* * * * * *' },
        timeout,
        fn: () => void seconds.push(Math.floor(Date.now() / 1_000)),
      });
      await eventually(() => expect(seconds).to.have.length.of.at.least(2));
      expect(new Set(seconds).size).to.equal(seconds.length);
    });

    it('runs manual tasks when triggered, and only then', async () => {
      const { scheduler } = start();
      let runs = 0;
      await scheduler.scheduleTask({
        id: 'manual',
        frequency: { trigger: 'manual' },
        timeout,
        fn: () => void (runs += 1),
      });
      for (const expected of [1, 2]) {
        await eventually(() => scheduler.triggerTask('manual'));
        await eventually(() => expect(runs).to.equal(expected));
      }
    });

    it('keeps tasks apart by ids of any characters, and refuses those that are too long', async () => {
      const { scheduler, knex } = start();
      const ids = [
        ' x ',
        'ü🙂中',
        `'"\`;-- drop`,
        '%_\\',
        '../a?b=c#d',
        'two\nlines\r\u0007',
        '__proto__',
        'x'.repeat(255),
        `${'x'.repeat(254)}y`,
        '🙂'.repeat(127),
      ];
      const runs: string[] = [];
      for (const id of ids) {
        await scheduler.scheduleTask({
          id,
          frequency: { trigger: 'manual' },
          timeout,
          fn: () => void runs.push(id),
        });
      }
      for (const id of ids) await scheduler.triggerTask(id);
      await eventually(() => expect(runs).to.have.members(ids));
      expect(await (await knex())(TABLE).pluck('id')).to.have.members(ids);
      for (const id of ['x'.repeat(256), 'x'.repeat(10_000), 'a\0b']) {
        const task = { id, frequency: { hours: 1 }, timeout, fn: () => {} };
        const failure = await failureOf(scheduler.scheduleTask(task));
        expect(failure.name).to.equal('InputError');
        expect(failure.message).to.include('is not a valid ID').and.have.length.below(400);
      }
    });

    it('lists, triggers and cancels tasks over HTTP', async () => {
      const { app, scheduler, knex } = start();
      const task = waitingTask('a task/with ü');
      await scheduler.scheduleTask(task);
      await scheduler.scheduleTask({ ...waitingTask('here'), scope: 'local' });
      const path = `/.backstage/scheduler/v1/tasks`;
      const id = encodeURIComponent(task.id);
      await eventually(() => expect(task.runs).to.deep.equal(['running']));
      await request(app)
        .post(`${path}/${id}/trigger`)
        .expect(500, `ConflictError: Task ${task.id} is currently running`);

      const { body } = await request(app).get(path).expect(200);
      expect(body.tasks).to.have.length(2);
      const [global, local] = body.tasks;
      expect(global).to.deep.include({
        taskId: task.id,
        pluginId: 'test',
        scope: 'global',
        settings: { version: 2, cadence: 'PT1H', timeoutAfterDuration: 'PT60S' },
        workerState: { status: 'running' },
      });
      expect(global.taskState.status).to.equal('running');
      const { startedAt, timesOutAt } = global.taskState;
      expect(Date.parse(timesOutAt) - Date.parse(startedAt)).to.be.within(59_000, 61_000);
      expect(Math.abs(Date.now() - Date.parse(startedAt))).to.be.lessThan(10_000);
      expect(local).to.deep.include({ taskId: 'here', scope: 'local' });
      expect(local.taskState.status).to.equal('running');

      await request(app).post(`${path}/${id}/cancel`).expect(200);
      await eventually(() => expect(task.runs).to.deep.equal(['stopped']));
      await request(app)
        .post(`${path}/${id}/cancel`)
        .expect(500, `ConflictError: Task ${task.id} is not running`);
      await request(app)
        .post(`${path}/other/trigger`)
        .expect(500, 'NotFoundError: Task other does not exist');
      const [idle] = (await request(app).get(path)).body.tasks;
      expect(idle.taskState.status).to.equal('idle');
      expect(JSON.parse(idle.taskState.lastRunError).message).to.equal('Task was cancelled');
      expect(Date.parse(idle.taskState.startsAt)).to.be.greaterThan(Date.now());

      await eventually(() => request(app).post(`${path}/${id}/trigger`).expect(200));
      await eventually(() => expect(task.runs).to.deep.equal(['stopped', 'running']));
      await request(app).get(`${path}/unknown`).expect(404);
      await request(app)
        .post(`${path}/%zz/trigger`)
        .expect(500, /InputError: '%zz' is not a valid/);
      await (await knex())(TABLE).where({ id: task.id }).delete();
      await eventually(() => expect(task.runs).to.deep.equal(['stopped', 'stopped']));
    });

    it('lets services, and nobody else, release a task whose run hangs', async () => {
      const { app, scheduler } = start();
      let runs = 0;
      await scheduler.scheduleTask({
        id: 'hangs',
        frequency: { hours: 1 },
        timeout,
        fn: signal =>
          new Promise<void>(resolve => {
            runs += 1;
            signal.addEventListener('abort', () => resolve());
          }),
      });
      await eventually(() => expect(runs).to.equal(1));
      const release = (id: string) =>
        request(app).post(`/.backstage/scheduler/v1/tasks/${id}/release`);
      await release('hangs').expect(500, 'Error: for services only');
      await release('hangs').set('Authorization', 'Bearer a').expect(200);
      await eventually(() => expect(runs).to.equal(2));
      await release('none')
        .set('Authorization', 'Bearer a')
        .expect(500, 'NotFoundError: Task none does not exist');
    });

    it('runs a released task again, though its run ignores the signal', async () => {
      const { app, scheduler } = start();
      const ends: Array<() => void> = [];
      await scheduler.scheduleTask({
        id: 'hangs',
        frequency: { hours: 1 },
        timeout,
        fn: () => new Promise<void>(resolve => void ends.push(resolve)),
      });
      await eventually(() => expect(ends).to.have.length(1));
      await request(app)
        .post('/.backstage/scheduler/v1/tasks/hangs/release')
        .set('Authorization', 'Bearer a')
        .expect(200);
      await eventually(() => expect(ends).to.have.length(2));
      ends.forEach(end => end());
    });

    it('goes on whatever a task throws, and keeps it', async () => {
      const { scheduler, knex } = start();
      const thrown: Record<string, unknown> = {
        letters: new Error('→ 🙂'),
        bigint: Object.assign(new Error('has a bigint'), { size: 1n }),
        getter: Object.defineProperty(new Error('has a getter'), 'bad', {
          enumerable: true,
          get: () => expect.fail('not to be read'),
        }),
        long: new Error('x'.repeat(20_000_000)),
        object: Object.create(null),
        nothing: undefined,
        text: 'only text',
      };
      const runs: string[] = [];
      for (const id of Object.keys(thrown)) {
        await scheduler.scheduleTask({
          id,
          frequency: { seconds: 1 },
          timeout,
          fn: () => {
            runs.push(id);
            throw thrown[id];
          },
        });
      }
      await eventually(() => {
        for (const id of Object.keys(thrown)) {
          expect(runs.filter(run => run === id).length).to.be.at.least(2, id);
        }
      });
      const rows: Array<{ id: string; last_run_error_json: string }> = await (await knex())(TABLE);
      const messages = new Map(
        rows.map(row => [row.id, JSON.parse(row.last_run_error_json).message]),
      );
      expect(messages.get('letters')).to.equal('→ 🙂');
      expect(messages.get('bigint')).to.equal('has a bigint');
      expect(messages.get('getter')).to.equal('has a getter');
      expect(messages.get('long')).to.equal('x'.repeat(10_000));
      expect(messages.get('object')).to.equal("unknown error of type 'object'");
      expect(messages.get('nothing')).to.equal("unknown error 'undefined'");
      expect(messages.get('text')).to.equal('only text');
    });

    it('keeps a rhythm of parts of a second', async () => {
      const { scheduler } = start();
      const begins: number[] = [];
      await scheduler.scheduleTask({
        id: 'parts',
        frequency: { milliseconds: 700 },
        timeout,
        fn: () => void begins.push(performance.now()),
      });
      await eventually(() => expect(begins).to.have.length.of.at.least(5));
      expect(begins[4] - begins[0]).to.be.greaterThan(4 * 700 - 300);
    });

    it('tells apart ids that differ in case, or says that the database does not', async () => {
      const { app, scheduler, knex } = start();
      const runs: string[] = [];
      const schedule = (id: string) =>
        scheduler.scheduleTask({
          id,
          frequency: { seconds: 1 },
          timeout,
          fn: () => void runs.push(id),
        });
      await schedule('Refresh');
      if (client !== 'mysql2') {
        await schedule('refresh');
        await eventually(() => expect(runs).to.include.members(['Refresh', 'refresh']));
        return;
      }
      expect((await failureOf(schedule('refresh'))).message).to.equal(
        "Failed to persist task, 'refresh' of plugin 'test' is not scheduled: ConflictError: to the database, the ids 'refresh' and 'Refresh' are the same, rename one of these tasks",
      );
      expect((await failureOf(schedule('Refresh '))).message).to.include('are the same');
      await eventually(() => expect(runs).to.have.length.of.at.least(2));

      // A task that was renamed since an earlier version of the plugin goes on with its row.
      await (
        await knex()
      )(TABLE).insert({
        id: 'RENAMED',
        settings_json: '{}',
        next_run_start_at: dateFor(new Date(Date.now() + 3_600_000)),
      });
      await schedule('renamed');
      await eventually(() => expect(runs).to.include('renamed'));
      await scheduler.triggerTask('renamed');
      const { body } = await request(app).get('/.backstage/scheduler/v1/tasks').expect(200);
      const report = body.tasks.find((task: { taskId: string }) => task.taskId === 'renamed');
      expect(report.taskState).to.be.an('object');
      expect(report.settings.cadence).to.equal('PT1S');
    });

    it('tells tasks that do not exist from those that run', async () => {
      const { scheduler } = start();
      const task = waitingTask('waiting');
      await scheduler.scheduleTask(task);
      await eventually(() => expect(task.runs).to.have.length(1));
      const results = await Promise.all([
        failureOf(scheduler.triggerTask('none')),
        failureOf(scheduler.cancelTask('none')),
        failureOf(scheduler.triggerTask('waiting')),
      ]);
      expect(results.map(({ name, message }) => `${name}: ${message}`)).to.deep.equal([
        'NotFoundError: Task none does not exist',
        'NotFoundError: Task none does not exist',
        'ConflictError: Task waiting is currently running',
      ]);
    });

    it('frees the task of a process that is gone, and says so', async () => {
      const { scheduler, knex, logger } = start();
      const runs: string[] = [];
      const task = { timeout, frequency: { hours: 1 }, initialDelay: { hours: 1 } };
      await scheduler.scheduleTask({ ...task, id: 'lost', fn: () => void runs.push('lost') });
      await scheduler.scheduleTask({
        id: 'other',
        timeout,
        frequency: { seconds: 1 },
        fn: () => {},
      });
      const table = (await knex())(TABLE).where({ id: 'lost' });
      const past = new Date(Date.now() - 5_000);
      await table.clone().update({
        next_run_start_at: dateFor(past),
        current_run_ticket: 'of a killed process',
        current_run_started_at: dateFor(past),
        current_run_expires_at: dateFor(past),
      });
      await eventually(async () =>
        expect((await table.clone().first()).current_run_ticket).to.equal(null),
      );
      const { last_run_error_json: error } = await table.clone().first();
      expect(JSON.parse(error).message).to.equal('Task lost its process');
      expect(logger.lines).to.include('warn: Task lost its process and was lost: lost');
    });

    it('stops a run that takes longer than its timeout', async () => {
      const { scheduler } = start();
      const task = { ...waitingTask('slow'), timeout: { milliseconds: 300 } };
      await scheduler.scheduleTask(task);
      await eventually(() => expect(task.runs).to.deep.equal(['stopped']));
    });

    it('ends a task with its signal', async () => {
      const { scheduler } = start();
      const task = waitingTask('ended');
      const controller = new AbortController();
      await scheduler.scheduleTask({ ...task, signal: controller.signal });
      await eventually(() => expect(task.runs).to.deep.equal(['running']));
      controller.abort();
      await eventually(() => expect(task.runs).to.deep.equal(['stopped']));
    });

    it('does not end a task by the signal of one that it has replaced', async () => {
      const { scheduler } = start();
      for (const scope of ['global', 'local'] as const) {
        const [first, second] = [new AbortController(), new AbortController()];
        const tasks = [waitingTask(scope), waitingTask(scope)];
        await scheduler.scheduleTask({ ...tasks[0], scope, signal: first.signal });
        await eventually(() => expect(tasks[0].runs).to.deep.equal(['running']));
        await scheduler.scheduleTask({ ...tasks[1], scope, signal: second.signal });
        first.abort();
        if (scope === 'global') {
          await scheduler.cancelTask(scope);
          await eventually(() => scheduler.triggerTask(scope));
        }
        await eventually(() => expect(tasks[1].runs).to.deep.equal(['running']));
        second.abort();
        await eventually(() => expect(tasks[1].runs).to.deep.equal(['stopped']));
      }
    });

    it('replaces a task of another scope', async () => {
      const { scheduler } = start();
      const [local, global] = [waitingTask('moved'), waitingTask('moved')];
      await scheduler.scheduleTask({ ...local, scope: 'local' });
      await eventually(() => expect(local.runs).to.deep.equal(['running']));
      await scheduler.scheduleTask(global);
      await eventually(() => expect(local.runs).to.deep.equal(['stopped']));
      await eventually(() => expect(global.runs).to.deep.equal(['running']));
      await scheduler.scheduleTask({ ...local, scope: 'local' });
      await eventually(() => expect(global.runs).to.deep.equal(['stopped']));
      await eventually(() => expect(local.runs).to.deep.equal(['stopped', 'running']));
    });

    it('keeps settings of stock Backstage and old tables as they are', async () => {
      const first = start();
      const knex = await first.knex();
      await knex.schema.createTable(TABLE, table => {
        table.string('id').primary().notNullable();
        table.text('settings_json').notNullable();
        table.dateTime('next_run_start_at').notNullable();
        table.text('current_run_ticket').nullable();
        table.dateTime('current_run_started_at').nullable();
        table.dateTime('current_run_expires_at').nullable();
      });
      const migrations = 'backstage_backend_tasks__knex_migrations';
      await knex.schema.createTable(migrations, table => {
        table.increments();
        table.string('name');
        table.integer('batch');
        table.timestamp('migration_time').defaultTo(knex.fn.now());
      });
      await knex(migrations).insert({ name: '20210928160613_init.js', batch: 1 });

      const task = waitingTask('old');
      await first.scheduler.scheduleTask(task);
      await eventually(() => expect(task.runs).to.deep.equal(['running']));
      await first.scheduler.cancelTask('old');
      await eventually(() => expect(task.runs).to.deep.equal(['stopped']));
      expect((await knex(migrations)).map(row => row.name)).to.deep.equal([
        '20210928160613_init.js',
      ]);

      const manual = { ...waitingTask('manual'), frequency: { trigger: 'manual' } as const };
      await first.scheduler.scheduleTask(manual);
      await first.scheduler.triggerTask('manual');
      await eventually(() => expect(manual.runs).to.deep.equal(['running']));
      const { body } = await request(first.app).get('/.backstage/scheduler/v1/tasks').expect(200);
      expect(body.tasks).to.have.length(2);
    });

    function dateFor(date: Date): Date | string {
      return client === 'better-sqlite3' ? date.toISOString().slice(0, 19).replace('T', ' ') : date;
    }

    if (variable) {
      it('lets one process at a time run a task, and the next as soon as that stops', async () => {
        const processes = [start(), start(), start()];
        const tasks = processes.map(() => waitingTask('shared'));
        await Promise.all(
          processes.map(({ scheduler }, index) => scheduler.scheduleTask(tasks[index])),
        );
        const running = () => tasks.findIndex(task => task.runs.at(-1) === 'running');
        const count = () =>
          tasks.flatMap(task => task.runs).filter(run => run === 'running').length;
        await eventually(() => expect(count()).to.equal(1));
        const first = running();
        await processes[first].stop();
        started = started.filter(process => process !== processes[first]);
        expect(tasks[first].runs).to.deep.equal(['stopped']);
        await eventually(() => {
          expect(count()).to.equal(1);
          expect(running()).not.to.equal(first);
        });
      });

      it('lets one process cancel what runs in another', async () => {
        const [here, there] = [start(), start()];
        const task = waitingTask('elsewhere');
        await there.scheduler.scheduleTask(task);
        await eventually(() => expect(task.runs).to.deep.equal(['running']));
        await here.scheduler.cancelTask('elsewhere');
        await eventually(() => expect(task.runs).to.deep.equal(['stopped']));
        expect(there.logger.lines).to.include(
          'info: Task ticket for "elsewhere" is no longer valid; aborting execution',
        );
      });

      it('starts on an empty database in many processes at once', async () => {
        const processes = Array.from({ length: 5 }, start);
        const task = waitingTask('first');
        await Promise.all(processes.map(({ scheduler }) => scheduler.scheduleTask(task)));
        await eventually(() => expect(task.runs).to.deep.equal(['running']));
      });
    }
  });
}
