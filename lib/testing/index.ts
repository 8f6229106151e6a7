export {
  actionsRegistryServiceMock,
  actionsServiceMock,
  connectionsServiceMock,
  metricsServiceMock,
  tracingServiceMock,
} from './alpha-service-mocks';
export { TestCaches, type TestCache, type TestCacheId } from './caches/test-caches';
export * from './create-mock-directory';
export { createServiceMock, type ServiceMock } from './create-service-mock';
export type { TestDatabaseId } from './databases/test-database-properties';
export { TestDatabases } from './databases/test-databases';
export { mockCredentials } from './mock-credentials';
export { mockErrorHandler } from './mock-error-handler';
export { mockFunction, type MockFunction } from './mock-function';
export { mockServices } from './mock-services';
export { registerMswTestHooks, type MswServer } from './register-msw-test-hooks';
export { ServiceFactoryTester, type ServiceFactoryTesterOptions } from './service-factory-tester';
export type { MockRootConfig } from './services/mock-root-config';
export {
  MockSchedulerService,
  type MockSchedulerServiceOptions,
} from './services/mock-scheduler-service';
export { startTestBackend, type TestBackend, type TestBackendOptions } from './start-test-backend';
export { MockActionsRegistry } from './services/mock-actions-registry';
export type { MockedTracingServiceSpan, TracingServiceMock } from './services/mock-tracing-service';
export {
  overridePackagePathResolution,
  type OverridePackagePathResolutionOptions,
  type PackagePathResolutionOverride,
} from './override-package-path-resolution';
