import { coreServices } from '../api';
import { invalidSetting } from './errors';
import type { ServiceRegistry } from './service-registry';

/**
 * What becomes of the process when the backend does not start. Whatever has started is stopped first,
 * and `start()` rejects.
 *
 * - `exit-unless-handled`: the process ends with exit code 1, at once unless somebody handles the
 *   rejection of `start()`. The default. In tests (`NODE_ENV=test`) the same as `throw`.
 * - `exit`: the process ends with exit code 1, whoever handles the rejection.
 * - `throw`: nothing. Whoever called `start()` decides.
 */
export type StartupFailurePolicy = (typeof STARTUP_FAILURE_POLICIES)[number];

export const STARTUP_FAILURE_POLICIES = ['exit-unless-handled', 'exit', 'throw'] as const;

/** Reads `backend.startup.onFailure`, if there is configuration. */
export async function readStartupFailurePolicy(
  services: ServiceRegistry,
): Promise<StartupFailurePolicy> {
  const key = 'backend.startup.onFailure';
  const config = await services.peek(coreServices.rootConfig);
  const value = config?.getOptional(key) ?? 'exit-unless-handled';
  if (!STARTUP_FAILURE_POLICIES.includes(value as StartupFailurePolicy)) {
    throw invalidSetting(key, value, STARTUP_FAILURE_POLICIES);
  }
  return value as StartupFailurePolicy;
}
