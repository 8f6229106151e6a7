import { randomUUID } from 'node:crypto';
import { stringifyError } from '@backstage/errors';
import type { LoggerService, SchedulerServiceTaskFunction } from '../../api';
import { workerStateOf, type GlobalTask, type GlobalTaskRun } from './global-task';
import { renewalTime, renewLeases, type Lease } from './leases';
import { nextStart } from './next-start';
import { Pause } from './pause';
import { TaskRun } from './task-run';
import { parseTaskSettings, type TaskSettings } from './task-settings';
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
/** This many due tasks one process takes at once; of more it leaves half to the other processes. */
const FAIR_SHARE = 5;

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
  /** Milliseconds since 1970 before which runs that look abandoned may just not have been renewed yet. */
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
    const notBefore = Date.now() + initialDelay * 1_000;
    const present = this.#tasks.get(id);
    if (present) Object.assign(present, { fn, logger, notBefore });
    else this.#tasks.set(id, { id, fn, logger, notBefore, failures: 0 });
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
    this.#tasks.get(id)?.current?.run.abort();
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
      const earliest = Date.now() + Math.min(wait, SHORTEST_POLL_MILLIS);
      await this.#pause.for(wait);
      if (!this.#stopped) await new Pause().for(earliest - Date.now());
    }
    this.#loop = undefined;
  }

  /** @returns milliseconds until the next poll */
  async #poll(store: TaskStore): Promise<number> {
    try {
      const { now, rows } = await store.read();
      await this.#endAbandoned(store, rows, now);
      this.#dropLost(rows);
      await renewLeases(store, this.#tasks.values(), this.#lease);
      const due = this.#dueTasks(rows, now);
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
      this.#trustLeasesFrom = Date.now() + RETRY_MILLIS + this.#lease.renewEvery;
      return RETRY_MILLIS;
    }
  }

  async #endAbandoned(store: TaskStore, rows: TaskRow[], now: number): Promise<void> {
    if (Date.now() < this.#trustLeasesFrom) return;
    for (const row of rows) {
      if (!row.ticket || row.expiresAt === null || row.expiresAt >= now) continue;
      const current = this.#tasks.get(row.id)?.current;
      if (current?.ticket === row.ticket && !current.run.aborted) continue;
      const timedOut = timeoutOf(row) <= now;
      const error = new Error(timedOut ? 'Task timed out' : 'Task lost its process');
      if (await store.expire(row.id, row.ticket, error)) {
        row.ticket = null;
        this.#options.logger.warn(`${error.message} and was lost: ${row.id}`);
      }
    }
  }

  /** Stops runs that somebody has cancelled, and tasks that are no longer in the table. */
  #dropLost(rows: TaskRow[]): void {
    const present = new Map(rows.map(row => [row.id, row]));
    for (const { id, current, logger } of this.#tasks.values()) {
      const row = present.get(id);
      if (!row) {
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

  #dueTasks(rows: TaskRow[], now: number): Array<{ task: GlobalTask; row: TaskRow }> {
    return rows.flatMap(row => {
      const task = this.#tasks.get(row.id);
      return task && !task.current && task.notBefore <= Date.now() && isDue(row, now)
        ? [{ task, row }]
        : [];
    });
  }

  /** @returns milliseconds until the next poll */
  async #claim(store: TaskStore, due: Array<{ task: GlobalTask; row: TaskRow }>): Promise<number> {
    const share = shuffled(due).slice(0, Math.max(FAIR_SHARE, Math.ceil(due.length / 2)));
    const claims = new Map<
      string,
      { task: GlobalTask; row: TaskRow; timing: GlobalTaskRun['timing'] }
    >();
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
    const leaseEnd = Date.now() + this.#lease.length;
    const claimed = await store.claim([...claims.keys()], ticket, this.#lease.length / 1_000);
    if (this.#stopped) {
      await Promise.all(claimed.map(id => store.giveBack(id, ticket)));
      return SHORTEST_POLL_MILLIS;
    }
    for (const id of claimed) {
      const { task, row, timing } = claims.get(id)!;
      const run = new TaskRun(task.fn, timing.timeout);
      run.abortAt(leaseEnd);
      this.#start(store, task, { run, ticket, timing, due: row.nextStart! * 1_000, leaseEnd });
    }
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
    const { run, ticket, timing, due } = current;
    const { error } = await run.outcome;
    const interrupted = error && run.aborted && this.#stopped;
    if (error && !interrupted) task.logger.error(`Task ${task.id} failed`, error);
    task.failures = error ? task.failures + 1 : 0;
    await this.#untilWritten(() =>
      interrupted
        ? store.giveBack(task.id, ticket)
        : store.release(task.id, ticket, nextStart(timing, due, task.failures), error),
    );
  }

  /** Repeats until the database takes it. */
  async #untilWritten(write: () => Promise<void>): Promise<void> {
    for (;;) {
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
    }
  }

  #untilNext(rows: TaskRow[], now: number): number {
    const time = Date.now();
    const waits = rows.flatMap(row => {
      const task = this.#tasks.get(row.id);
      if (!task) return [];
      if (task.current) {
        return [renewalTime(task.current.leaseEnd, this.#lease) - time];
      }
      if (row.ticket) return [Math.abs((row.expiresAt ?? Infinity) - now) * 1_000];
      if (row.nextStart === null) return [];
      return [Math.max((row.nextStart - now) * 1_000, task.notBefore - time)];
    });
    return Math.max(SHORTEST_POLL_MILLIS, Math.min(LONGEST_POLL_MILLIS, ...waits));
  }
}

/** Waits no longer than so many milliseconds. */
async function withinTime(work: Promise<unknown>, millis: number): Promise<void> {
  const limit = new Pause();
  await Promise.race([work, limit.for(millis)]);
  limit.end();
}

function isDue(row: TaskRow, now: number): boolean {
  return row.ticket === null && row.nextStart !== null && row.nextStart <= now;
}

/** Seconds since 1970. */
function timeoutOf(row: TaskRow): number {
  try {
    return (row.startedAt ?? 0) + parseTaskSettings(row.settingsJson).timeout;
  } catch {
    return 0; // of a version that we do not know
  }
}

function shuffled<T>(list: T[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
