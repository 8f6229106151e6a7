export type { Backend } from './backend';
export { BackendStartupError } from './backend-startup-error';
export {
  createSpecializedBackend,
  type CreateSpecializedBackendOptions,
} from './create-specialized-backend';
export {
  createExtensionPointFactoryMiddleware,
  type ExtensionPointFactoryMiddleware,
} from './extension-point-factory-middleware';
export type {
  BackendStartupResult,
  ModuleStartupResult,
  PluginStartupResult,
  ServiceStartupTiming,
  StartupFailure,
  StartupTiming,
} from './startup-result';
