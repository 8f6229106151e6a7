import type { HumanDuration, JsonObject } from '@backstage/types';
import type { Duration } from 'luxon';

/** The work of a task. The signal aborts when the task should stop. */
export type SchedulerServiceTaskFunction =
  ((abortSignal: AbortSignal) => void | Promise<void>) | (() => void | Promise<void>);

/** A scheduled task. */
export type SchedulerServiceTaskDescriptor = {
  id: string;
  /** `global`: one run at a time over all replicas; `local`: every process runs its own. */
  scope: 'global' | 'local';
  settings: { version: number } & JsonObject;
};

/** When a task runs and for how long it may. */
export interface SchedulerServiceTaskScheduleDefinition {
  frequency: { cron: string } | Duration | HumanDuration | { trigger: 'manual' };
  timeout: Duration | HumanDuration;
  initialDelay?: Duration | HumanDuration;
  scope?: 'global' | 'local';
  /** The longest random pause before each run, so that tasks on one schedule do not all start at once. */
  jitter?: Duration | HumanDuration;
}

/** A schedule as it is written in configuration: durations may be strings such as `PT10M` or `10m`. */
export interface SchedulerServiceTaskScheduleDefinitionConfig {
  frequency: { cron: string } | string | HumanDuration | { trigger: 'manual' };
  timeout: string | HumanDuration;
  initialDelay?: string | HumanDuration;
  scope?: 'global' | 'local';
  jitter?: string | HumanDuration;
}

/** What a task runs. */
export interface SchedulerServiceTaskInvocationDefinition {
  /** Unique in the plugin. */
  id: string;
  fn: SchedulerServiceTaskFunction;
  /** Ends the schedule. */
  signal?: AbortSignal;
}

/** Runs tasks on one schedule. */
export interface SchedulerServiceTaskRunner {
  run(task: SchedulerServiceTaskInvocationDefinition): Promise<void>;
}

/** Runs tasks of a plugin, coordinated over replicas. */
export interface SchedulerService {
  /** @throws NotFoundError, ConflictError when it is running */
  triggerTask(id: string): Promise<void>;
  /** @throws NotFoundError, ConflictError when it is not running */
  cancelTask(id: string): Promise<void>;
  scheduleTask(
    task: SchedulerServiceTaskScheduleDefinition & SchedulerServiceTaskInvocationDefinition,
  ): Promise<void>;
  createScheduledTaskRunner(
    schedule: SchedulerServiceTaskScheduleDefinition,
  ): SchedulerServiceTaskRunner;
  getScheduledTasks(): Promise<SchedulerServiceTaskDescriptor[]>;
}
