export type { AddableFeature, Backend, FeatureModule } from './backend';
export { BackendStartupError } from './backend-startup-error';
export {
  createSpecializedBackend,
  type CreateSpecializedBackendOptions,
} from './create-specialized-backend';
export { discoveryFeatureLoader } from './discovery-feature-loader';
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
export type { StartupFailurePolicy } from './startup-failure-policy';
