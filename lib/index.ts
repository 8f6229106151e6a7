import { defaultServiceFactories } from './services/default-service-factories';
import { createSpecializedBackend, type Backend } from './wiring';

export * from './api';
export {
  BackendStartupError,
  createExtensionPointFactoryMiddleware,
  createSpecializedBackend,
  type Backend,
  type BackendStartupResult,
  type CreateSpecializedBackendOptions,
  type ExtensionPointFactoryMiddleware,
  type ModuleStartupResult,
  type PluginStartupResult,
} from './wiring';
export { defaultServiceFactories };

/**
 * Creates a backend with all core services.
 *
 * @example
 * ```ts
 * const backend = createBackend();
 * backend.add(import('@backstage/plugin-catalog-backend'));
 * backend.start();
 * ```
 */
export function createBackend(): Backend {
  return createSpecializedBackend({ defaultServiceFactories });
}
