import type { RootConfigService } from '../api';
import { invalidSetting } from './errors';

/** Tells whether the backend starts without a plugin, or without a module, that failed. */
export type BootFailurePolicy = (pluginId: string, moduleId?: string) => boolean;

const CHOICES = ['abort', 'continue'] as const;

/**
 * Reads `backend.startup`. A plugin's setting is not inherited by its modules.
 *
 * @throws InputError when a setting is neither `abort` nor `continue`
 */
export function readBootFailurePolicy(config: RootConfigService | undefined): BootFailurePolicy {
  const root = 'backend.startup';
  const read = (key: string): boolean | undefined => {
    const value = config?.getOptionalString(key);
    if (value !== undefined && !CHOICES.includes(value as (typeof CHOICES)[number])) {
      throw invalidSetting(key, value, CHOICES);
    }
    return value === undefined ? undefined : value === 'continue';
  };
  const keysOf = (key: string) => config?.getOptionalConfig(key)?.keys() ?? [];

  const pluginDefault = read(`${root}.default.onPluginBootFailure`) ?? false;
  const moduleDefault = read(`${root}.default.onPluginModuleBootFailure`) ?? false;
  const plugins = new Map<string, boolean | undefined>();
  const modules = new Map<string, boolean | undefined>();
  for (const pluginId of keysOf(`${root}.plugins`)) {
    const plugin = `${root}.plugins.${pluginId}`;
    plugins.set(pluginId, read(`${plugin}.onPluginBootFailure`));
    for (const moduleId of keysOf(`${plugin}.modules`)) {
      const setting = read(`${plugin}.modules.${moduleId}.onPluginModuleBootFailure`);
      modules.set(moduleKey(pluginId, moduleId), setting);
    }
  }

  return (pluginId, moduleId) =>
    moduleId === undefined
      ? (plugins.get(pluginId) ?? pluginDefault)
      : (modules.get(moduleKey(pluginId, moduleId)) ?? moduleDefault);
}

function moduleKey(pluginId: string, moduleId: string): string {
  return `${pluginId}/${moduleId}`;
}
