import { posix } from 'node:path';
import type { WorkspacePackage } from '../engine/workspace-package';
import type { NewFeature } from './new-feature';

/** How the repository's own plugin packages are called, up to the id: `@internal/plugin-`. */
export function namePrefixOf(packages: readonly WorkspacePackage[]): string {
  const prefixes = packages
    .map(({ name }) => /^((?:@[^/]+\/)?(?:backstage-)?plugin-)/.exec(name)?.[1])
    .filter(each => each !== undefined);
  const counted = new Map<string, number>();
  for (const each of prefixes) counted.set(each, (counted.get(each) ?? 0) + 1);
  const [most] = [...counted].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? '@internal/plugin-';
}

/** The end of the name, which the folder has as well: `todo-backend`. */
export function baseNameOf({ kind, id, pluginId }: Pick<NewFeature, 'kind' | 'id' | 'pluginId'>) {
  return {
    plugin: `${id}-backend`,
    module: `${pluginId}-backend-module-${id}`,
    service: `${id}-node`,
  }[kind];
}

/** Where packages of plugins are: `plugins`, in the folder that has the backend's `packages`. */
export function pluginsFolderOf(backend: string): string {
  const above = posix.dirname(posix.dirname(backend));
  return posix.join(backend.includes('/') ? above : '.', 'plugins');
}
