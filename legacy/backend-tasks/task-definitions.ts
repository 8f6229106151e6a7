import type * as types from '@backstage/types';
import type {
  SchedulerService,
  SchedulerServiceTaskDescriptor,
  SchedulerServiceTaskFunction,
  SchedulerServiceTaskInvocationDefinition,
  SchedulerServiceTaskRunner,
  SchedulerServiceTaskScheduleDefinition,
  SchedulerServiceTaskScheduleDefinitionConfig,
} from '../../lib/api';

/** @deprecated Import it from @backstage/types. */
export type HumanDuration = types.HumanDuration;

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
/**
 * Without tasks that run only when they are triggered.
 *
 * @deprecated Use `SchedulerServiceTaskScheduleDefinitionConfig`.
 */
export type TaskScheduleDefinitionConfig = Omit<
  SchedulerServiceTaskScheduleDefinitionConfig,
  'frequency'
> & {
  frequency: Exclude<
    SchedulerServiceTaskScheduleDefinitionConfig['frequency'],
    { trigger: 'manual' }
  >;
};
