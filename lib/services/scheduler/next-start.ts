import type { TaskCadence, TaskTiming } from './task-settings';

const BACKOFF_LIMIT_SECONDS = 600;

/** When a task starts next, in terms that the table can compute with. */
export type NextStart =
  | { type: 'never' }
  /** Milliseconds since 1970. */
  | { type: 'at'; millis: number }
  /** `seconds` after the start that was due, but not before `notBefore` seconds from now. */
  | { type: 'every'; seconds: number; notBefore: number };

/**
 * Computes the next start after a run.
 *
 * @param due when the run was due, in milliseconds since 1970
 * @param failures how many runs in a row have failed: from the second on, each doubles the pause, which
 *   failures make no longer than ten minutes
 */
export function nextStart(timing: TaskTiming, due: number, failures: number): NextStart {
  const jitter = Math.random() * timing.jitter;
  const { cadence } = timing;
  switch (cadence.type) {
    case 'manual':
      return { type: 'never' };
    case 'every':
      return {
        type: 'every',
        seconds: cadence.seconds + jitter,
        notBefore: backoff(cadence.seconds, failures) + jitter,
      };
    case 'cron': {
      // By the clock of this process the run may have begun before it was due.
      const next = cadence.nextAfter(Math.max(meantStart(cadence, due), Date.now()));
      const gap = (cadence.nextAfter(next) - next) / 1_000;
      const pause = backoff(gap, failures);
      const millis = pause > 0 ? cadence.nextAfter(next + (pause - gap) * 1_000 - 1) : next;
      return { type: 'at', millis: millis + jitter * 1_000 };
    }
  }
}

/** Stock Backstage registers tasks for a second before the time of their cron line. */
function meantStart({ nextAfter }: TaskCadence & { type: 'cron' }, due: number): number {
  const isStart = (millis: number) => nextAfter(millis - 1) === millis;
  const [early, meant] = [Math.round(due), Math.round(due) + 1_000];
  return !isStart(early) && isStart(meant) ? meant : due;
}

function backoff(cadence: number, failures: number): number {
  if (failures < 2 || cadence >= BACKOFF_LIMIT_SECONDS) return 0;
  return Math.min(cadence * 2 ** (failures - 1), BACKOFF_LIMIT_SECONDS);
}
