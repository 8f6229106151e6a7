import { CustomErrorBase } from '@backstage/errors';
import type { BackendStartupResult } from './startup-result';

/** A backend did not start because plugins or modules failed that it may not go on without. */
export class BackendStartupError extends CustomErrorBase {
  override name = 'BackendStartupError' as const;
  readonly #result: BackendStartupResult;

  constructor(startupResult: BackendStartupResult) {
    super(formatMessage(startupResult));
    this.#result = startupResult;
  }

  /** How the start of each plugin and module went. */
  get result(): BackendStartupResult {
    return this.#result;
  }
}

function formatMessage({ plugins }: BackendStartupResult): string {
  const lines = ['Backend startup failed due to the following errors:'];
  for (const { pluginId, failure, modules } of plugins) {
    if (failure && !failure.allowed) {
      lines.push(`  Plugin '${pluginId}' startup failed; caused by ${failure.error}`);
    }
    for (const module of modules) {
      if (module.failure && !module.failure.allowed) {
        lines.push(
          `  Module '${module.moduleId}' for plugin '${pluginId}' startup failed; caused by ${module.failure.error}`,
        );
      }
    }
  }
  return lines.join('\n');
}
