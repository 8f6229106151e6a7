import type {
  SchedulerService,
  SchedulerServiceTaskDescriptor,
  SchedulerServiceTaskFunction,
  SchedulerServiceTaskInvocationDefinition,
  SchedulerServiceTaskRunner,
  SchedulerServiceTaskScheduleDefinition,
  SchedulerServiceTaskScheduleDefinitionConfig,
} from '../../lib/api';

export type { HumanDuration } from '@backstage/types';

/** @deprecated Use `SchedulerService`. */
export type PluginTaskScheduler = Omit<SchedulerService, 'cancelTask'>;
/** @deprecated Use `SchedulerServiceTaskRunner`. */
export type TaskRunner = SchedulerServiceTaskRunner;
/** @deprecated Use `SchedulerServiceTaskFunction`. */
export type TaskFunction = SchedulerServiceTaskFunction;
/** @deprecated Use `SchedulerServiceTaskDescriptor`. */
export type TaskDescriptor = SchedulerServiceTaskDescriptor;
/** @deprecated Use `SchedulerServiceTaskInvocationDefinition`. */
export type TaskInvocationDefinition = SchedulerServiceTaskInvocationDefinition;
/** @deprecated Use `SchedulerServiceTaskScheduleDefinition`. */
export type TaskScheduleDefinition = SchedulerServiceTaskScheduleDefinition;
/** @deprecated Use `SchedulerServiceTaskScheduleDefinitionConfig`. */
export type TaskScheduleDefinitionConfig = SchedulerServiceTaskScheduleDefinitionConfig;
