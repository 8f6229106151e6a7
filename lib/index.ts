import { defaultServiceFactories } from './services/default-service-factories';
import { createSpecializedBackend, type Backend, type StartupFailurePolicy } from './wiring';

export * from './api';
export * from './wiring';
export { defaultServiceFactories };

/** Options of {@link createBackend}. */
export interface CreateBackendOptions {
  /** Wins over the setting `backend.startup.onFailure`. Defaults to `exit-unless-handled`. */
  onStartupFailure?: StartupFailurePolicy;
}

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
export function createBackend(options: CreateBackendOptions = {}): Backend {
  return createSpecializedBackend({ ...options, defaultServiceFactories });
}
