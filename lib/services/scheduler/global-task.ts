import type { LoggerService, SchedulerServiceTaskFunction } from '../../api';
import type { TaskRun } from './task-run';
import type { TaskTiming } from './task-settings';
import type { WorkerState } from './worker-state';

/** A task that one process at a time runs, as this process sees it. */
export interface GlobalTask {
  readonly id: string;
  readonly fn: SchedulerServiceTaskFunction;
  readonly logger: LoggerService;
  /** Milliseconds since 1970 before which this process leaves the task alone. */
  readonly notBefore: number;
  /** Runs that failed one after the other. */
  failures: number;
  /** The run in this process. */
  current?: GlobalTaskRun;
}

/** A run that this process has claimed. */
export interface GlobalTaskRun {
  readonly run: TaskRun;
  readonly ticket: string;
  readonly timing: TaskTiming;
  /** When the run was due, in milliseconds since 1970. */
  readonly due: number;
  /** Milliseconds since 1970, by the clock of this process. */
  leaseEnd: number;
}

/** What this process does for the task. */
export function workerStateOf(task: GlobalTask): WorkerState {
  if (task.current) return { status: 'running' };
  return { status: task.notBefore > Date.now() ? 'initial-wait' : 'idle' };
}
