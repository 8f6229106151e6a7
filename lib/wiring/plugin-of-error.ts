import { isReadable } from './errors';
import type { FeatureSource } from './feature-source';
import { fileOfFeature, packageOfFile } from './loaded-packages';

/** A plugin or module that may be to blame. */
export interface Suspect {
  pluginId?: string;
  source: FeatureSource;
}

/**
 * The plugin in whose code an error was made, by the files on its stack: the package they are in says
 * which plugin it is for, or it is the package or the file that exports the plugin.
 */
export function pluginOfError(error: unknown, suspects: readonly Suspect[]): string | undefined {
  const files = isReadable(error)
    ? filesOnStack((error as { stack?: unknown } | null | undefined)?.stack)
    : [];
  if (files.length === 0) {
    return undefined;
  }
  const ids = new Set(suspects.map(({ pluginId }) => pluginId));
  const homes = suspects.flatMap(({ pluginId, source }) => {
    const file = fileOfFeature(source.feature);
    return file === undefined ? [] : { pluginId, file, folder: packageOfFile(file)?.folder };
  });
  for (const file of files) {
    const home = packageOfFile(file);
    if (home?.pluginId !== undefined && ids.has(home.pluginId)) {
      return home.pluginId;
    }
    const inFile = homes.filter(suspect => suspect.file === file);
    const inPackage = homes.filter(({ folder }) => home && folder === home.folder);
    const found = onlyPlugin(inFile) ?? onlyPlugin(inPackage);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function onlyPlugin(homes: Array<{ pluginId?: string }>): string | undefined {
  const ids = new Set(homes.map(({ pluginId }) => pluginId));
  return ids.size === 1 ? [...ids][0] : undefined;
}

function filesOnStack(stack: unknown): string[] {
  const frames = typeof stack === 'string' ? stack.split('\n') : [];
  const files = frames.flatMap(
    frame =>
      /^\s+at .*?\(?(?:file:\/\/)?(\/[^()]+|[A-Za-z]:\\[^()]+?):\d+:\d+\)?$/.exec(frame)?.[1] ?? [],
  );
  return [...new Set(files)];
}
