import type { DatedHome } from '../engine/source-step/dated-home';

function inApi(name: string, since = '0.7.0'): DatedHome {
  return { module: '@backstage/backend-plugin-api', name, since };
}

/** Exports of `@backstage/backend-tasks` that can be imported from elsewhere, by name. */
export const NEW_HOMES: Readonly<Record<string, DatedHome>> = {
  PluginTaskScheduler: inApi('SchedulerService'),
  TaskDescriptor: inApi('SchedulerServiceTaskDescriptor'),
  TaskFunction: inApi('SchedulerServiceTaskFunction'),
  TaskInvocationDefinition: inApi('SchedulerServiceTaskInvocationDefinition'),
  TaskRunner: inApi('SchedulerServiceTaskRunner'),
  TaskScheduleDefinition: inApi('SchedulerServiceTaskScheduleDefinition'),
  TaskScheduleDefinitionConfig: inApi('SchedulerServiceTaskScheduleDefinitionConfig'),
  readTaskScheduleDefinitionFromConfig: inApi(
    'readSchedulerServiceTaskScheduleDefinitionFromConfig',
  ),
  HumanDuration: { module: '@backstage/types', name: 'HumanDuration', since: '1.0.1' },
};

/** Exports that `backstage-forklift/legacy` has as they were, and nobody else. */
export const ONLY_LEGACY: readonly string[] = ['TaskScheduler'];
