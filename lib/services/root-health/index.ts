export { rootHealthServiceFactory } from './root-health-service-factory';
