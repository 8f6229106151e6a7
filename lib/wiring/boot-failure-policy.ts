import type { RootConfigService } from '../api';
import { readChoice, readKeys } from './read-setting';
import { SettingErrors } from './setting-errors';

/** Tells whether the backend starts without a plugin, or without a module, that failed. */
export type BootFailurePolicy = (pluginId: string, moduleId?: string) => boolean;

const CHOICES = ['abort', 'continue'] as const;

/**
 * Reads `backend.startup`. A plugin's setting is not inherited by its modules.
 *
 * @throws InputError naming every setting that is neither `abort` nor `continue`
 */
export function readBootFailurePolicy(config: RootConfigService | undefined): BootFailurePolicy {
  const root = 'backend.startup';
  const errors = new SettingErrors();
  const read = (key: string): boolean | undefined => {
    const value = errors.attempt(() => readChoice(config, key, CHOICES));
    return value === undefined ? undefined : value === 'continue';
  };
  const namesBelow = (key: string) => errors.attempt(() => readKeys(config, key)) ?? [];

  const pluginDefault = read(`${root}.default.onPluginBootFailure`) ?? false;
  const moduleDefault = read(`${root}.default.onPluginModuleBootFailure`) ?? false;
  const plugins = new Map<string, boolean | undefined>();
  const modules = new Map<string, boolean | undefined>();
  for (const pluginId of namesBelow(`${root}.plugins`)) {
    const plugin = `${root}.plugins.${pluginId}`;
    plugins.set(pluginId, read(`${plugin}.onPluginBootFailure`));
    for (const moduleId of namesBelow(`${plugin}.modules`)) {
      const setting = read(`${plugin}.modules.${moduleId}.onPluginModuleBootFailure`);
      modules.set(moduleKey(pluginId, moduleId), setting);
    }
  }

  errors.throwIfAny();

  return (pluginId, moduleId) =>
    moduleId === undefined
      ? (plugins.get(pluginId) ?? pluginDefault)
      : (modules.get(moduleKey(pluginId, moduleId)) ?? moduleDefault);
}

function moduleKey(pluginId: string, moduleId: string): string {
  return `${pluginId}/${moduleId}`;
}
