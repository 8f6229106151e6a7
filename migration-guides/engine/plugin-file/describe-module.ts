import type { PluginStyle } from '../inventory';
import { describePluginFile } from './describe-plugin-file';
import { readPluginFile } from './read-plugin-file';
import { resolveModule } from './resolve-module';

/** What is behind an import of a plugin. */
export interface ModuleDescription {
  readonly style: PluginStyle;
  readonly file: string | null;
  readonly packages: readonly string[];
  readonly envKeys: readonly string[];
}

/**
 * Describes the module that index.ts imports a plugin from.
 *
 * @param exported - the imported name
 */
export function describeModule(
  root: string,
  index: string,
  module: string,
  exported = 'default',
): ModuleDescription {
  if (!module.startsWith('.')) {
    return { style: 'package', file: null, packages: [module], envKeys: [] };
  }
  const file = resolveModule(root, index, module) ?? null;
  const found = file === null ? undefined : readPluginFile(root, file, exported);
  if (!found) return { style: 'unknown', file, packages: [], envKeys: [] };
  const { style, packages, envKeys } = describePluginFile(found.module, found.plugin);
  return { style, file, packages, envKeys };
}
