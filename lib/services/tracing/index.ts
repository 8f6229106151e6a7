export { tracingServiceFactory } from './tracing-service-factory';
