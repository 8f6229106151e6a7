import type { ServiceFactory } from '../api';
import { checkOptions, invalidOptions } from '../api/check-options';
import type { Backend } from './backend';
import { BackendInstance } from './backend-instance';
import { wiringError } from './errors';
import type { ExtensionPointFactoryMiddleware } from './extension-point-factory-middleware';
import { STARTUP_FAILURE_POLICIES, type StartupFailurePolicy } from './startup-failure-policy';
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
 * @throws InputError when an option is not what it should be
 * @throws Error when two factories make the same service
 * @throws ConflictError when services depend on each other in a circle
 */
export function createSpecializedBackend(options: CreateSpecializedBackendOptions): Backend {
  checkCreateOptions(options);
  const ids = new Set<string>();
  const duplicates = new Set<string>();
  for (const factory of options.defaultServiceFactories) {
    // What is no factory at all is found below, which names its path.
    const service = (factory as ServiceFactory | undefined | null)?.service;
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

function checkCreateOptions(options: CreateSpecializedBackendOptions): void {
  const caller = 'createSpecializedBackend';
  checkOptions(caller, options, {});
  const { defaultServiceFactories, extensionPointFactoryMiddleware, onStartupFailure } = options;
  if (!Array.isArray(defaultServiceFactories)) {
    const path = 'options.defaultServiceFactories';
    throw invalidOptions(caller, path, 'an array', defaultServiceFactories);
  }
  if (
    extensionPointFactoryMiddleware !== undefined &&
    !Array.isArray(extensionPointFactoryMiddleware)
  ) {
    const path = 'options.extensionPointFactoryMiddleware';
    throw invalidOptions(caller, path, 'an array', extensionPointFactoryMiddleware);
  }
  if (onStartupFailure !== undefined && !STARTUP_FAILURE_POLICIES.includes(onStartupFailure)) {
    const expected = STARTUP_FAILURE_POLICIES.map(policy => `'${policy}'`).join(' or ');
    throw invalidOptions(caller, 'options.onStartupFailure', expected, onStartupFailure);
  }
}
