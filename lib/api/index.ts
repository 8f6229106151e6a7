export * from './alpha-service-refs';
export type { CallableFeature } from './callable-feature';
export * from './core-services';
export * from './create-backend-feature-loader';
export * from './create-backend-module';
export * from './create-backend-plugin';
export { declareConnection } from './declare-connection';
export { eventsServiceRef } from './events-service-ref';
export * from './extension-point';
export type { BackendFeature } from './feature';
export type {
  BackendModuleRegistrationPoints,
  BackendPluginRegistrationPoints,
  ConnectionRegistration,
} from './registration-points';
export {
  createServiceFactory,
  type PluginServiceFactoryOptions,
  type CallableServiceFactory,
  type RootServiceFactoryOptions,
  type ServiceFactory,
} from './service-factory';
export { createServiceRef, type ServiceRef, type ServiceRefOptions } from './service-ref';
export * from './services';
export { isDatabaseConflictError } from './is-database-conflict-error';
export { isChildPath, resolvePackagePath, resolveSafeChildPath } from './paths';
export { readSchedulerServiceTaskScheduleDefinitionFromConfig } from './read-scheduler-service-task-schedule-definition-from-config';
