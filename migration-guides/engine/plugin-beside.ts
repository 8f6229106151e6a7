import { idInFile, idOfPackage } from './new-backend/feature-id';
import type { AddedFeature } from './new-backend/read-new-backend';
import { textOption, type LiftedPlugin } from './lifted-plugin';
import { parseModule } from './parse-module';
import { resolveModule } from './plugin-file/resolve-module';
import { readSource } from './read-source';

/** The plugin of an id, where an old backend had several routers below one path. */
export interface PluginBeside {
  /** It answers first. */
  readonly isFirst: boolean;
  /** The name under which its data is kept. */
  readonly envId: string;
}

/**
 * The other plugin of the same id; undefined where there is none. A backend of the new system has one
 * plugin of an id, and modules that add to it.
 */
export function pluginBeside(lifted: LiftedPlugin): PluginBeside | undefined {
  const { backend, feature, id } = lifted;
  const own = backend.features.indexOf(feature);
  const index = backend.features.findIndex((each, at) => at !== own && idOf(lifted, each) === id);
  if (index === -1) return undefined;
  const { legacy } = backend.features[index];
  return { isFirst: index < own, envId: (legacy && textOption(legacy, 'envId')) ?? id };
}

/** The id of the plugin that a feature is; undefined for modules and what is not known. */
function idOf(
  { project }: LiftedPlugin,
  { legacy, module, own }: AddedFeature,
): string | undefined {
  if (own) return own.moduleId === undefined ? own.pluginId : undefined;
  if (legacy) return legacy.id;
  if (module === undefined) return undefined;
  const file = resolveModule(project.root, project.index, module);
  if (file === undefined) return module.includes('-module-') ? undefined : idOfPackage(module);
  const source = readSource(project.root, file);
  return /\bcreateBackendPlugin\b/.test(source.text) ? idInFile(parseModule(source)) : undefined;
}
