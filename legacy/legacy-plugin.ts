import { makeLegacyPlugin, type LegacyPluginFactory } from './make-legacy-plugin';
import type { PluginEnvironment } from './plugin-environment';

/**
 * Makes a plugin of the new system from the plugin file of an old backend, unchanged. It is served
 * below `/api/<name>`, and its routes need a token unless `options.auth.allow` opens them.
 *
 * @param name - id of the plugin
 * @param createRouterImport - the module with the `createPlugin(env)` function
 * @throws LegacyPluginError when the id does not match the pattern; all else is reported at start
 *
 * @example
 * ```ts
 * backend.add(legacyPlugin('todo', import('./plugins/todo')));
 * ```
 */
export const legacyPlugin: LegacyPluginFactory<PluginEnvironment> = makeLegacyPlugin<
  Record<never, never>,
  Record<never, never>
>({}, {});
