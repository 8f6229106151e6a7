import { randomUUID } from 'node:crypto';
import { stringifyError } from '@backstage/errors';
import type { LoggerService, SchedulerServiceTaskFunction } from '../../api';
import { clockTime } from './clock-time';
import { dueTasks, fairShare, millisUntilDue, type DueTask } from './due-tasks';
import { workerStateOf, type GlobalTask, type GlobalTaskRun } from './global-task';
import { renewalTime, renewLeases, type Lease } from './leases';
import { nextStart } from './next-start';
import { Pause, withinTime } from './pause';
import { TaskRun } from './task-run';
import { parseTaskSettings, timeoutOf, type TaskSettings } from './task-settings';
import type { TaskState } from './task-states';
import type { TaskRow, TaskStore } from './task-store';
import type { WorkerState } from './worker-state';

const LONGEST_POLL_MILLIS = 5_000;
const SHORTEST_POLL_MILLIS = 100;
/** Between two claims while there is more to claim than this process took at once. */
const MORE_DUE_MILLIS = 20;
const RETRY_MILLIS = 1_000;
/** For how long a stopping process waits for its runs, */
const STOP_MILLIS = 3_000;
/** and for the database to take note of those that ended. */
const RELEASE_MILLIS = 10_000;

/** Options of {@link GlobalTasks}. */
export interface GlobalTasksOptions {
  store(): Promise<TaskStore>;
  logger: LoggerService;
  lease?: Lease;
}

/**
 * The tasks of a plugin of which one process at a time runs each. One loop serves them all: a query
 * tells which are due, whose runs have lost their process, and which runs of ours somebody cancelled.
 */
export class GlobalTasks {
  readonly #options: GlobalTasksOptions;
  readonly #lease: Lease;
  readonly #tasks = new Map<string, GlobalTask>();
  readonly #pause = new Pause();
  readonly #releases = new Set<{ run: TaskRun; done: Promise<void> }>();
  #loop?: Promise<void>;
  #stopped = false;
  /** By {@link clockTime}; before that, runs that look abandoned may just not have been renewed yet. */
  #trustLeasesFrom = 0;
  #failing = false;

  constructor(options: GlobalTasksOptions) {
    this.#options = options;
    this.#lease = options.lease ?? { length: 20_000, renewEvery: 5_000 };
  }

  /** Registers a task; one with the same id is replaced. */
  async add(options: {
    id: string;
    fn: SchedulerServiceTaskFunction;
    settings: TaskSettings;
    initialDelay: number;
    logger: LoggerService;
  }): Promise<void> {
    const { id, fn, settings, initialDelay, logger } = options;
    const store = await this.#options.store();
    await store.register(id, settings);
    const notBefore = clockTime() + initialDelay * 1_000;
    const present = this.#tasks.get(id);
    if (present) Object.assign(present, { fn, logger, notBefore });
    else this.#tasks.set(id, { id, fn, logger, notBefore, heldUntil: 0, failures: 0 });
    this.#pause.end();
    this.#loop ??= this.#run(store);
  }

  /** Starts no further run of the task and tells one that is underway to stop. */
  remove(id: string): void {
    this.#tasks.get(id)?.current?.run.abort();
    this.#tasks.delete(id);
  }

  /** @throws NotFoundError, ConflictError when it is running */
  async trigger(id: string): Promise<void> {
    await (await this.#options.store()).trigger(id);
    this.#pause.end();
  }

  /** @throws NotFoundError, ConflictError when it is not running */
  async cancel(id: string): Promise<void> {
    await (await this.#options.store()).cancel(id);
    this.#tasks.get(id)?.current?.run.abort();
  }

  /** Frees a task whose run hangs. @throws NotFoundError, ConflictError when it is not running */
  async takeBack(id: string): Promise<void> {
    await (await this.#options.store()).takeBack(id);
    const task = this.#tasks.get(id);
    task?.current?.run.abort();
    if (task) task.current = undefined; // it may never end
    this.#pause.end();
  }

  async states(): Promise<Map<string, TaskState>> {
    return (await this.#options.store()).states();
  }

  workerState(id: string): WorkerState | undefined {
    const task = this.#tasks.get(id);
    return task && workerStateOf(task);
  }

  /**
   * Stops all runs and gives back what was not finished, so that another process takes it over at once.
   * A run that does not heed its signal keeps its ticket until the lease ends.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { run } of this.#releases) run.abort();
    this.#pause.end();
    const running = [...this.#releases].map(({ run }) => run.outcome);
    await withinTime(Promise.all(running), STOP_MILLIS);
    const ended = [...this.#releases].filter(({ run }) => run.ended).map(({ done }) => done);
    await withinTime(Promise.all([this.#loop, ...ended]), RELEASE_MILLIS);
  }

  async #run(store: TaskStore): Promise<void> {
    while (!this.#stopped && this.#tasks.size > 0) {
      const wait = await this.#poll(store);
      const earliest = clockTime() + Math.min(wait, SHORTEST_POLL_MILLIS);
      await this.#pause.for(wait);
      if (!this.#stopped) await new Pause().for(earliest - clockTime());
    }
    this.#loop = undefined;
  }

  /** @returns milliseconds until the next poll */
  async #poll(store: TaskStore): Promise<number> {
    try {
      const { now, rows } = await store.read();
      await this.#endAbandoned(store, rows, now);
      await this.#dropLost(store, rows);
      await renewLeases(store, this.#tasks.values(), this.#lease);
      const due = dueTasks(this.#tasks, rows, now);
      const wait = due.length > 0 ? await this.#claim(store, due) : this.#untilNext(rows, now);
      if (this.#failing) this.#options.logger.info('Scheduled tasks go on');
      this.#failing = false;
      return wait;
    } catch (error) {
      if (!this.#failing && !this.#stopped) {
        this.#options.logger.warn(
          `Scheduled tasks wait for the database, ${stringifyError(error)}`,
        );
      }
      this.#failing = true;
      // When the database is back, the processes that run tasks shall be the first to say so.
      this.#trustLeasesFrom = clockTime() + RETRY_MILLIS + this.#lease.renewEvery;
      return RETRY_MILLIS;
    }
  }

  async #endAbandoned(store: TaskStore, rows: TaskRow[], now: number): Promise<void> {
    if (clockTime() < this.#trustLeasesFrom) return;
    for (const row of rows) {
      if (!row.ticket || row.expiresAt === null || row.expiresAt >= now) continue;
      const task = this.#tasks.get(row.id);
      const current = task?.current?.ticket === row.ticket ? task.current : undefined;
      if (current && !current.run.aborted && !current.run.ended) continue;
      const timedOut = (timeoutOf(row.settingsJson, row.startedAt ?? 0) ?? 0) <= now;
      const error = new Error(timedOut ? 'Task timed out' : 'Task lost its process');
      if (await store.expire(row.id, row.ticket, error)) {
        row.ticket = null;
        if (task && current?.run.ended) task.current = undefined; // its end could not be written
        this.#options.logger.warn(`${error.message} and was lost: ${row.id}`);
      }
    }
  }

  /** Stops runs that somebody has cancelled, and tasks that are no longer in the table. */
  async #dropLost(store: TaskStore, rows: TaskRow[]): Promise<void> {
    const present = new Map(rows.map(row => [row.id, row]));
    for (const task of [...this.#tasks.values()]) {
      const { id, current, logger } = task;
      const row = present.get(id);
      if (!row) {
        // It may have been added after the rows were read.
        if ((await store.has(id)) || this.#tasks.get(id) !== task) continue;
        logger.info(
          'No longer able to find task; aborting and assuming that it has been unregistered or expired',
        );
        this.remove(id);
      } else if (current && !current.run.ended && row.ticket !== current.ticket) {
        if (!current.run.aborted) {
          logger.info(`Task ticket for "${id}" is no longer valid; aborting execution`);
        }
        current.run.abort();
      }
    }
  }

  /** @returns milliseconds until the next poll */
  async #claim(store: TaskStore, due: DueTask[]): Promise<number> {
    const share = fairShare(due);
    const claims = new Map<string, DueTask & Pick<GlobalTaskRun, 'timing'>>();
    for (const { task, row } of share) {
      try {
        claims.set(task.id, { task, row, timing: parseTaskSettings(row.settingsJson) });
      } catch (error) {
        task.logger.info(
          `Task "${task.id}" is no longer able to parse task settings; aborting and assuming that a newer version of the task has been issued and being handled by other workers, ${error}`,
        );
        this.remove(task.id);
      }
    }
    if (this.#stopped || claims.size === 0) return SHORTEST_POLL_MILLIS;

    const ticket = randomUUID();
    const begin = clockTime();
    const leaseEnd = begin + this.#lease.length;
    const claimed = await store.claim([...claims.keys()], ticket, this.#lease.length / 1_000);
    const isWanted = (id: string) => !this.#stopped && this.#tasks.get(id) === claims.get(id)!.task;
    const unwanted = claimed.filter(id => !isWanted(id));
    const wanted = claimed.filter(isWanted);
    for (const id of wanted) {
      const { task, row, timing } = claims.get(id)!;
      const run = new TaskRun(task.fn, timing.timeout);
      run.abortAt(leaseEnd);
      this.#start(store, task, {
        run,
        ticket,
        timing,
        due: row.nextStart! * 1_000,
        begin,
        leaseEnd,
      });
    }
    await Promise.all(unwanted.map(id => store.giveBack(id, ticket)));
    return share.length < due.length ? MORE_DUE_MILLIS : SHORTEST_POLL_MILLIS;
  }

  #start(store: TaskStore, task: GlobalTask, current: GlobalTaskRun): void {
    task.current = current;
    const done = this.#finish(store, task, current).finally(() => {
      this.#releases.delete(release);
      if (task.current === current) task.current = undefined;
      this.#pause.end();
    });
    const release = { run: current.run, done };
    this.#releases.add(release);
  }

  async #finish(store: TaskStore, task: GlobalTask, current: GlobalTaskRun): Promise<void> {
    const { run, ticket, timing, due, begin } = current;
    const { error } = await run.outcome;
    const interrupted = error && run.aborted && this.#stopped;
    if (error && !interrupted) task.logger.error(`Task ${task.id} failed`, error);
    task.failures = error ? task.failures + 1 : 0;
    const write = async () => {
      if (interrupted) return store.giveBack(task.id, ticket);
      const next = nextStart(timing, due, task.failures);
      if (store.wholeSeconds && next.type === 'every' && next.seconds % 1 > 0) {
        task.heldUntil = begin + next.seconds * 1_000;
      }
      return store.release(task.id, ticket, next, error);
    };
    await this.#untilWritten(write, () => task.current === current);
  }

  /** Repeats until the database takes it, or it is no longer wanted. */
  async #untilWritten(write: () => Promise<void>, isWanted: () => boolean): Promise<void> {
    do {
      try {
        return await write();
      } catch (error) {
        if (this.#stopped) {
          this.#options.logger.warn(
            `Failed to release a task, others may run it when its lease ends, ${stringifyError(error)}`,
          );
          return;
        }
        await new Pause().for(RETRY_MILLIS);
      }
    } while (isWanted());
  }

  #untilNext(rows: TaskRow[], now: number): number {
    const time = clockTime();
    const waits = rows.flatMap(row => {
      const task = this.#tasks.get(row.id);
      if (!task) return [];
      if (task.current) {
        return [renewalTime(task.current.leaseEnd, this.#lease) - time];
      }
      if (row.ticket) return [Math.abs((row.expiresAt ?? Infinity) - now) * 1_000];
      return [millisUntilDue(task, row, now)];
    });
    return Math.max(SHORTEST_POLL_MILLIS, Math.min(LONGEST_POLL_MILLIS, ...waits));
  }
}
