import type { ServiceFactory } from '../api';
import type { Backend } from './backend';
import { BackendInstance } from './backend-instance';
import { wiringError } from './errors';
import type { ExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import type { StartupFailurePolicy } from './startup-failure-policy';
import { PLUGIN_METADATA_ID } from './service-factories';

/** Options of {@link createSpecializedBackend}. */
export interface CreateSpecializedBackendOptions {
  /** Factories that apply unless another one is added for the same service. */
  defaultServiceFactories: ServiceFactory[];
  extensionPointFactoryMiddleware?: ExtensionPointFactoryMiddleware[];
  /** Wins over the setting `backend.startup.onFailure`. Defaults to `exit-unless-handled`. */
  onStartupFailure?: StartupFailurePolicy;
}

/**
 * Creates a backend with services of your choice. Most want `createBackend`.
 *
 * @throws Error when two factories make the same service
 * @throws ConflictError when services depend on each other in a circle
 */
export function createSpecializedBackend(options: CreateSpecializedBackendOptions): Backend {
  const ids = new Set<string>();
  const duplicates = new Set<string>();
  for (const { service } of options.defaultServiceFactories) {
    if (service && !service.multiton) {
      (ids.has(service.id) ? duplicates : ids).add(service.id);
    }
  }
  if (duplicates.size > 0) {
    throw wiringError(
      'DUPLICATE_SERVICE',
      `Duplicate service implementations provided for ${[...duplicates].join(', ')}`,
    );
  }
  if (ids.has(PLUGIN_METADATA_ID)) {
    throw wiringError(
      'PROTECTED_SERVICE',
      `The ${PLUGIN_METADATA_ID} service cannot be overridden`,
    );
  }
  return new BackendInstance(options);
}
