export { lifecycleServiceFactory } from './lifecycle-service-factory';
