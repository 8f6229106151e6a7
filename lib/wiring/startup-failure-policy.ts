import type { RootConfigService } from '../api';
import { readChoice } from './read-setting';

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

/**
 * Reads `backend.startup.onFailure`.
 *
 * @throws InputError when it is set to something else than a policy
 */
export function readStartupFailurePolicy(
  config: RootConfigService | undefined,
): StartupFailurePolicy {
  return (
    readChoice(config, 'backend.startup.onFailure', STARTUP_FAILURE_POLICIES) ??
    'exit-unless-handled'
  );
}
