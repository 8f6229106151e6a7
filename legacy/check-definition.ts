import { LegacyPluginError } from './errors';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { planMount, type MountPlan } from './mount-plan';

const ID_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/i;
/** Env ids become names of databases and files, so they may hold nothing else. */
const ENV_ID_PATTERN = /^[a-z0-9_-]+$/i;

/**
 * Checks what `legacyPlugin` was given, as far as that can be known before the start.
 *
 * @throws LegacyPluginError that says how to write it right
 */
export function checkDefinition(definition: LegacyPluginDefinition): MountPlan {
  const { id, options } = definition;
  if (!ID_PATTERN.test(id)) {
    const valid = id.replace(/[^a-z0-9]+/gi, '-').replace(/^[^a-z]+|-$/gi, '') || 'my-plugin';
    const path = `/api/${id.replace(/^\/+/, '')}`;
    throw new LegacyPluginError(
      'INVALID_ID',
      definition,
      `Invalid pluginId '${id}', must match the pattern ${ID_PATTERN}. Use legacyPlugin('${valid}', ` +
        `..., { path: '${path}', envId: '...' }), with the argument that createEnv had as envId`,
    );
  }
  if (options.envId !== undefined && !ENV_ID_PATTERN.test(options.envId)) {
    throw new LegacyPluginError(
      'INVALID_OPTION',
      definition,
      `its envId '${options.envId}' must match the pattern ${ENV_ID_PATTERN}`,
    );
  }
  const allow: unknown = options.auth?.allow;
  if (allow !== undefined && !Array.isArray(allow)) {
    throw new LegacyPluginError(
      'INVALID_OPTION',
      definition,
      `its auth.allow must be a list of routes like ['/health'], not ${JSON.stringify(allow)}`,
    );
  }
  try {
    Object.values(options.routers ?? {}).forEach(path => planMount(id, path));
    return planMount(id, options.path);
  } catch (error) {
    throw new LegacyPluginError('INVALID_OPTION', definition, (error as Error).message);
  }
}
