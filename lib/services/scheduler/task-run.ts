import type { SchedulerServiceTaskFunction } from '../../api';
import { toError } from '@backstage/errors';
import { clockTime } from './clock-time';
import { setLongTimeout } from './pause';

/** How a run ended. */
export type TaskOutcome = { error?: Error };

/** One run of a task in this process. */
export class TaskRun {
  /** Fulfils when the function has ended, never rejects. */
  readonly outcome: Promise<TaskOutcome>;
  /** By {@link clockTime}. */
  readonly deadline: number;
  readonly #abort = new AbortController();
  #ended = false;
  #stopTimer = () => {};

  /** @param timeout seconds after which the signal of the function aborts */
  constructor(fn: SchedulerServiceTaskFunction, timeout: number) {
    this.deadline = clockTime() + timeout * 1_000;
    this.abortAt(this.deadline);
    this.outcome = this.#run(fn);
  }

  /** True when the function has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True when the function was told to stop before it ended. */
  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Tells the function to stop. */
  abort(): void {
    this.#abort.abort();
  }

  /** Tells the function to stop at a time by {@link clockTime}, or at the deadline if that is sooner. */
  abortAt(millis: number): void {
    this.#stopTimer();
    if (this.#ended) return;
    const wait = Math.max(Math.min(millis, this.deadline) - clockTime(), 0);
    this.#stopTimer = setLongTimeout(() => this.abort(), wait);
  }

  async #run(fn: SchedulerServiceTaskFunction): Promise<TaskOutcome> {
    try {
      await fn(this.#abort.signal);
      return {};
    } catch (error) {
      return { error: toError(error) };
    } finally {
      this.#ended = true;
      this.#stopTimer();
    }
  }
}
