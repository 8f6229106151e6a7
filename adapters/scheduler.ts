import { NotImplementedError } from '@backstage/errors';
import type { SchedulerService } from '../lib/api';

/** An old scheduler as new plugins expect it: old ones could not cancel tasks. */
export function taskSchedulerToScheduler(
  scheduler: Omit<SchedulerService, 'cancelTask'>,
): SchedulerService {
  if ('cancelTask' in scheduler) {
    return scheduler as SchedulerService;
  }
  return {
    scheduleTask: task => scheduler.scheduleTask(task),
    triggerTask: id => scheduler.triggerTask(id),
    getScheduledTasks: () => scheduler.getScheduledTasks(),
    createScheduledTaskRunner: schedule => scheduler.createScheduledTaskRunner(schedule),
    async cancelTask(id) {
      throw new NotImplementedError(
        `Task ${id} can not be cancelled by the scheduler of an old backend`,
      );
    },
  };
}
