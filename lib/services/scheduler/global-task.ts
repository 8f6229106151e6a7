import type { LoggerService, SchedulerServiceTaskFunction } from '../../api';
import { clockTime } from './clock-time';
import type { TaskRun } from './task-run';
import type { TaskTiming } from './task-settings';
import type { WorkerState } from './worker-state';

/** A task that one process at a time runs, as this process sees it. */
export interface GlobalTask {
  readonly id: string;
  readonly fn: SchedulerServiceTaskFunction;
  readonly logger: LoggerService;
  /** By {@link clockTime}; before that, this process leaves the task alone. */
  readonly notBefore: number;
  /** By {@link clockTime}; before that, the task is due only for a table that holds whole seconds. */
  heldUntil: number;
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
  /** By {@link clockTime}. */
  readonly begin: number;
  /** By {@link clockTime}. */
  leaseEnd: number;
}

/** What this process does for the task. */
export function workerStateOf(task: GlobalTask): WorkerState {
  if (task.current) return { status: 'running' };
  return { status: task.notBefore > clockTime() ? 'initial-wait' : 'idle' };
}
