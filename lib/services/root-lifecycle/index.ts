export { rootLifecycleServiceFactory } from './root-lifecycle-service-factory';
