import { findOptionProblems } from './check-options';
import { describeValue } from './describe-value';
import { LegacyPluginError, type LegacyPluginErrorCode } from './errors';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { planMounts, type RouterPlan } from './mount-plan';

const ID_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;

/**
 * Checks what `legacyPlugin` was given, as far as that can be known before the start.
 *
 * @throws LegacyPluginError that says how to write it right
 */
export function checkDefinition(definition: LegacyPluginDefinition): RouterPlan[] {
  const { id, module, options } = definition;
  const invalid = (code: LegacyPluginErrorCode, reason: string) =>
    new LegacyPluginError(code, definition, reason);
  if (typeof id !== 'string' || !ID_PATTERN.test(id)) {
    throw invalid('INVALID_ID', adviseId(id));
  }
  if (!isModule(module)) {
    throw invalid(
      'IMPORT_FAILED',
      `it takes import('./plugins/${id}') as second argument, not ${describeValue(module)}`,
    );
  }
  for (const problem of findOptionProblems(options)) {
    throw invalid('INVALID_OPTION', problem);
  }
  try {
    return planMounts(id, options);
  } catch (error) {
    throw invalid('INVALID_OPTION', (error as Error).message);
  }
}

function adviseId(id: unknown): string {
  const name = typeof id === 'string' ? id : '';
  const valid = name.replace(/[^a-z0-9]+/gi, '-').replace(/^[^a-z]+|-$/gi, '') || 'my-plugin';
  const path = `/api/${name.replace(/^\/+/, '') || valid}`;
  return (
    `Invalid pluginId '${id}', must match the pattern ${ID_PATTERN}. Use legacyPlugin('${valid}', ` +
    `..., { path: '${path}', envId: '...' }), with the argument that createEnv had as envId`
  );
}

/** What `import(...)` gives, a function that calls it, or a module that is there already. */
function isModule(module: unknown): boolean {
  return (typeof module === 'object' && module !== null) || typeof module === 'function';
}
