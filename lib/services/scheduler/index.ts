export {
  DefaultSchedulerService,
  type DefaultSchedulerServiceOptions,
} from './default-scheduler-service';
export { schedulerServiceFactory } from './scheduler-service-factory';
