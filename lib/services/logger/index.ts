export { loggerServiceFactory } from './logger-service-factory';
