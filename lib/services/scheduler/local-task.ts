import { ConflictError } from '@backstage/errors';
import type { LoggerService, SchedulerServiceTaskFunction } from '../../api';
import { errorJson } from './error-json';
import { nextStart } from './next-start';
import { Pause } from './pause';
import { TaskRun } from './task-run';
import type { TaskTiming } from './task-settings';
import type { TaskState } from './task-states';
import type { WorkerState } from './worker-state';

/** A task that every process runs for itself. */
export class LocalTask {
  readonly #id: string;
  readonly #fn: SchedulerServiceTaskFunction;
  readonly #timing: TaskTiming;
  readonly #logger: LoggerService;
  readonly #pause = new Pause();
  readonly #finished: Promise<void>;
  #stopped = false;
  #run?: TaskRun;
  #workerState: WorkerState = { status: 'idle' };
  #state: TaskState = { status: 'idle' };

  constructor(options: {
    id: string;
    fn: SchedulerServiceTaskFunction;
    timing: TaskTiming;
    logger: LoggerService;
  }) {
    this.#id = options.id;
    this.#fn = options.fn;
    this.#timing = options.timing;
    this.#logger = options.logger;
    this.#finished = this.#loop();
  }

  get state(): TaskState {
    return this.#state;
  }

  get workerState(): WorkerState {
    return this.#workerState;
  }

  /** @throws ConflictError when it is running */
  trigger(): void {
    if (this.#run) throw new ConflictError(`Task ${this.#id} is currently running`);
    this.#pause.end();
  }

  /** @throws ConflictError when it is not running */
  cancel(): void {
    if (!this.#run) throw new ConflictError(`Task ${this.#id} is not running`);
    this.#run.abort();
  }

  /** Starts no further run and tells one that is underway to stop. Fulfils when it has. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#run?.abort();
    this.#pause.end();
    return this.#finished;
  }

  async #loop(): Promise<void> {
    const { initialDelay, cadence } = this.#timing;
    let due = Date.now() + initialDelay * 1_000;
    let failures = 0;
    if (initialDelay > 0) await this.#wait('initial-wait', due);
    else if (cadence.type === 'manual') await this.#wait('idle', Infinity);

    while (!this.#stopped) {
      due = Math.min(due, Date.now()); // earlier when it was triggered
      const error = await this.#runOnce();
      failures = error ? failures + 1 : 0;
      const next = nextStart(this.#timing, due, failures);
      if (next.type === 'never') due = Infinity;
      else if (next.type === 'at') due = next.millis;
      else due = Math.max(due + next.seconds * 1_000, Date.now() + next.notBefore * 1_000);
      await this.#wait('idle', due);
    }
  }

  async #wait(status: 'initial-wait' | 'idle', until: number): Promise<void> {
    this.#workerState = { status };
    this.#state = {
      ...this.#lastRun(),
      status: 'idle',
      startsAt: until === Infinity ? undefined : toIso(until),
    };
    await this.#pause.for(until - Date.now());
  }

  async #runOnce(): Promise<Error | undefined> {
    const { timeout } = this.#timing;
    this.#workerState = { status: 'running' };
    this.#state = {
      ...this.#lastRun(),
      status: 'running',
      startedAt: toIso(Date.now()),
      timesOutAt: toIso(Date.now() + timeout * 1_000),
    };
    this.#run = new TaskRun(this.#fn, timeout);
    const { error } = await this.#run.outcome;
    this.#run = undefined;
    this.#state = {
      status: 'idle',
      lastRunEndedAt: toIso(Date.now()),
      lastRunError: error && errorJson(error),
    };
    if (error && !this.#stopped) this.#logger.error(`Task ${this.#id} failed`, error);
    return error;
  }

  #lastRun() {
    const { lastRunEndedAt, lastRunError } = this.#state;
    return { lastRunEndedAt, lastRunError };
  }
}

function toIso(millis: number): string {
  return new Date(millis).toISOString();
}
