import { CustomErrorBase } from '@backstage/errors';
import type { BackendStartupResult } from './startup-result';

/** A backend did not start because plugins or modules failed that it may not go on without. */
export class BackendStartupError extends CustomErrorBase {
  override name = 'BackendStartupError' as const;
  readonly #result: BackendStartupResult;

  constructor(startupResult: BackendStartupResult) {
    super(formatStartupFailures(startupResult));
    this.#result = startupResult;
  }

  /** How the start of each plugin and module went. */
  get result(): BackendStartupResult {
    return this.#result;
  }
}

/**
 * One line for each failure that the backend may not go on without.
 *
 * @param describe - what is said of an error
 */
export function formatStartupFailures(
  { plugins }: BackendStartupResult,
  describe: (error: Error) => string = String,
): string {
  const lines = ['Backend startup failed due to the following errors:'];
  for (const { pluginId, failure, modules } of plugins) {
    if (failure && !failure.allowed) {
      lines.push(`  Plugin '${pluginId}' startup failed; caused by ${describe(failure.error)}`);
    }
    for (const module of modules) {
      if (module.failure && !module.failure.allowed) {
        lines.push(
          `  Module '${module.moduleId}' for plugin '${pluginId}' startup failed; caused by ${describe(module.failure.error)}`,
        );
      }
    }
  }
  return lines.join('\n');
}
