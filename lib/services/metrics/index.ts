export { metricsServiceFactory } from './metrics-service-factory';
