import { readSchedulerServiceTaskScheduleDefinitionFromConfig } from '../../lib/api';

export * from './task-definitions';
export { TaskScheduler } from './task-scheduler';

/** @deprecated Use `readSchedulerServiceTaskScheduleDefinitionFromConfig`. */
export const readTaskScheduleDefinitionFromConfig =
  readSchedulerServiceTaskScheduleDefinitionFromConfig;
