import type { JsonObject } from '@backstage/types';
import { ConfigReader } from '@backstage/config';
import { expect } from 'chai';
import express from 'express';
import createKnex, { type Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import request from 'supertest';
import type { SchedulerService } from '../../../lib/api';
import { DatabaseManager, DefaultSchedulerService } from '../../../lib/services';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';
import { databases } from './databases';

const stock = createRequire(join(__dirname, '../../interop/package.json'));
const TABLE = 'backstage_backend_tasks__tasks';
const MIGRATIONS = 'backstage_backend_tasks__knex_migrations';
const TASKS = '/.backstage/scheduler/v1/tasks';
const timeout = { minutes: 1 };

/** A scheduler, its endpoints, its table and what it has measured. */
interface Subject {
  scheduler: SchedulerService;
  app: express.Express;
  knex: Knex;
  measured: unknown[];
  stop(): Promise<void>;
}

for (const { name, client, variable, connection = process.env[variable!] } of databases) {
  describe(`The scheduler beside that of stock Backstage on ${name}`, () => {
    let prefix: string;
    let subjects: Subject[];

    before(function skipWithoutServer() {
      if (!connection) {
        this.test!.parent!.title += ` (skipped: ${variable} is not set)`;
        this.skip();
      }
    });

    beforeEach(async () => {
      prefix = `fl_${randomBytes(5).toString('hex')}_`;
      subjects = [
        await start('ours', DefaultSchedulerService),
        await start(
          'theirs',
          stock('@backstage/backend-defaults/scheduler').DefaultSchedulerService,
        ),
      ];
    });

    afterEach(async () => {
      await Promise.all(subjects.map(subject => subject.stop()));
      if (!variable) return;
      const admin = createKnex({ client, connection });
      for (const id of ['ours', 'theirs']) {
        await admin.raw('DROP DATABASE IF EXISTS ??', [`${prefix}${id}`]);
      }
      await admin.destroy();
    });

    async function start(
      database: string,
      Scheduler: { create(options: any): SchedulerService },
    ): Promise<Subject> {
      const config: JsonObject = { client, connection, prefix };
      const hooks: Array<() => void | Promise<void>> = [];
      const addHook = (hook: () => void) => hooks.push(hook);
      const rootLifecycle = {
        addStartupHook: addHook,
        addShutdownHook: addHook,
        addBeforeShutdownHook: addHook,
      };
      const logger = recordingLogger();
      const service = DatabaseManager.fromConfig(
        new ConfigReader({ backend: { database: config } }),
      ).forPlugin(database, { logger });
      const app = express();
      const measured: unknown[] = [];
      const instrument = (instrumentName: string, options: object) => {
        measured.push([instrumentName, options]);
        const note = (value: number, labels: object) => {
          const isTime = value > 1_000_000_000;
          measured.push([instrumentName, isTime ? 'time' : Math.floor(value), labels]);
        };
        return { add: note, record: note };
      };
      const scheduler = Scheduler.create({
        database: service,
        logger,
        rootLifecycle,
        httpRouter: { use: (handler: express.RequestHandler) => void app.use(handler) },
        metrics: {
          createCounter: instrument,
          createHistogram: instrument,
          createGauge: instrument,
        },
        pluginMetadata: { getId: () => 'test' },
      });
      app.use(((error, _request, response, _next) => {
        response.status(500).send(`${error.name}: ${error.message}`);
      }) as express.ErrorRequestHandler);
      const knex = await service.getClient();
      return {
        scheduler,
        app,
        knex,
        measured,
        async stop() {
          for (const hook of hooks) await hook();
          await knex.destroy();
        },
      };
    }

    /** Does the same with both, and expects the same of it. */
    async function both<T>(work: (subject: Subject) => Promise<T>): Promise<T> {
      const [ours, theirs] = await Promise.all(subjects.map(work));
      expect(ours).to.deep.equal(theirs);
      return ours;
    }

    /** Rows with times in seconds from now, to the nearest five. */
    async function rows({ knex }: Subject) {
      const list: Array<Record<string, unknown>> = await knex(TABLE).orderBy('id');
      return list.map(row =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            value !== null && column.endsWith('_at')
              ? Math.round((timeOf(value) - Date.now()) / 5_000) * 5
              : column === 'current_run_ticket' && value
                ? 'a ticket'
                : value,
          ]),
        ),
      );
    }

    function timeOf(value: unknown): number {
      return value instanceof Date ? value.getTime() : Date.parse(`${value}Z`);
    }

    const never = { fn: async () => {}, initialDelay: { hours: 2 } };

    it('makes the same tables', async () => {
      const task = { ...never, id: 'a', frequency: { hours: 1 }, timeout };
      await both(async ({ scheduler, knex }) => {
        await scheduler.scheduleTask(task);
        const columns = await knex(TABLE).columnInfo();
        const migrations = await knex(MIGRATIONS).orderBy('id');
        const lock = await knex(`${MIGRATIONS}_lock`);
        return { columns, migrations: migrations.map(row => [row.id, row.name, row.batch]), lock };
      });
    });

    it('keeps tasks of all kinds in the same rows, also when they are scheduled anew', async () => {
      const first: Record<string, object> = {
        duration: { frequency: { minutes: 90 } },
        sooner: { frequency: { hours: 10 } },
        later: { frequency: { minutes: 30 } },
        manual: { frequency: { trigger: 'manual' } },
        'manual with a delay': { frequency: { trigger: 'manual' } },
        'from manual': { frequency: { trigger: 'manual' }, initialDelay: undefined },
      };
      const second: Record<string, object> = {
        sooner: { frequency: { minutes: 30 } },
        later: { frequency: { hours: 10 } },
        'from manual': { frequency: { hours: 3 } },
        duration: { frequency: { trigger: 'manual' } },
        manual: { frequency: { trigger: 'manual' }, timeout: { seconds: 5 } },
      };
      for (const tasks of [first, second]) {
        await both(async subject => {
          for (const [id, schedule] of Object.entries(tasks)) {
            await subject.scheduler.scheduleTask({
              ...never,
              id,
              timeout,
              ...schedule,
            } as Parameters<SchedulerService['scheduleTask']>[0]);
          }
          return rows(subject);
        });
      }
    });

    it('keeps cron tasks for the next time of their line', async () => {
      const task = { fn: async () => {}, timeout, frequency: { cron: '0 0 1 1 *' } };
      const [ours, theirs] = await Promise.all(
        subjects.map(async ({ scheduler, knex }) => {
          await scheduler.scheduleTask({ ...task, id: 'cron' });
          return timeOf((await knex(TABLE).first()).next_run_start_at);
        }),
      );
      // Stock Backstage takes a second off, so that it may run too early.
      expect(ours - theirs).to.equal(1_000);
    });

    it('answers the same over HTTP', async () => {
      const started = new Map<Subject, number>();
      await both(async subject => {
        const { scheduler, app, knex } = subject;
        const post = async (path: string) => {
          const { status, text } = await request(app).post(`${TASKS}/${path}`);
          return [path, status, text];
        };
        const fn = async (signal: AbortSignal) => {
          started.set(subject, (started.get(subject) ?? 0) + 1);
          if (!signal.aborted) await once(signal, 'abort');
          throw new Error('stopped');
        };
        await scheduler.scheduleTask({ id: 'a/b c', fn, frequency: { hours: 1 }, timeout });
        await scheduler.scheduleTask({ ...never, id: 'idle', frequency: { hours: 5 }, timeout });
        await scheduler.scheduleTask({
          ...never,
          id: 'local',
          frequency: { hours: 5 },
          timeout,
          scope: 'local',
        });
        await eventually(() => expect(started.get(subject)).to.equal(1));
        const answers: unknown[] = [await list(app)];
        answers.push(await post(`${encodeURIComponent('a/b c')}/trigger`));
        answers.push(await post(`${encodeURIComponent('a/b c')}/cancel`));
        answers.push(await post(`${encodeURIComponent('a/b c')}/cancel`));
        answers.push(await post('idle/trigger'), await post('idle/cancel'));
        answers.push(await post('local/cancel'), await post('none/trigger'));
        answers.push(await post('none/cancel'), (await request(app).get(`${TASKS}/x`)).status);
        answers.push(await scheduler.getScheduledTasks());
        const cancelled = await knex(TABLE).where({ id: 'a/b c' }).first();
        answers.push(cancelled.last_run_error_json, cancelled.current_run_ticket);
        return answers;
      });
    });

    it('measures runs by the same names', async () => {
      await both(async ({ scheduler, knex, measured }) => {
        for (const scope of ['global', 'local'] as const) {
          await scheduler.scheduleTask({
            id: scope,
            scope,
            frequency: { hours: 1 },
            timeout,
            fn: async () => {
              if (scope === 'local') throw new Error('broken');
            },
          });
          await eventually(() =>
            expect(JSON.stringify(measured)).to.match(
              new RegExp(`completed","time",{"taskId":"${scope}"`),
            ),
          );
        }
        await eventually(async () =>
          expect((await knex(TABLE).first()).current_run_ticket).to.equal(null),
        );
        return measured.map(entry => JSON.stringify(entry)).sort();
      });
    });

    /** The list of tasks, with its times as distances in seconds to the nearest five. */
    async function list(app: express.Express) {
      const { status, body, type } = await request(app).get(TASKS);
      const text = JSON.stringify(body, (key, value) =>
        /At$/.test(key) && typeof value === 'string'
          ? Math.round((Date.parse(value) - Date.now()) / 5_000) * 5
          : value,
      );
      return { status, type, body: JSON.parse(text) };
    }
  });
}
