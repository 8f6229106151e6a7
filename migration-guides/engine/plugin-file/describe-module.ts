import { GuideError } from '../errors';
import type { PluginStyle } from '../inventory';
import { describePluginFile } from './describe-plugin-file';
import { readPluginFile, type PluginFile } from './read-plugin-file';
import { resolveModule } from './resolve-module';

/** What is behind an import of a plugin. */
export interface ModuleDescription {
  readonly style: PluginStyle;
  readonly file: string | null;
  readonly packages: readonly string[];
  readonly envKeys: readonly string[];
  /** What is the matter with a file that can not be read. */
  readonly problem?: string;
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
  const unknown = { style: 'unknown', file, packages: [], envKeys: [] } as const;
  let found: PluginFile | undefined;
  try {
    found = file === null ? undefined : readPluginFile(root, file, exported);
  } catch (error) {
    if (!(error instanceof GuideError)) throw error;
    return { ...unknown, problem: error.message };
  }
  if (!found) return unknown;
  const { style, packages, envKeys } = describePluginFile(found.module, found.plugin);
  return { style, file, packages, envKeys };
}
