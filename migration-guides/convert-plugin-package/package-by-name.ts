import { posix, relative, resolve, sep } from 'node:path';
import { GuideError } from '../engine/errors';
import { findProject, repositoryRoot } from '../engine/find-project';
import { findLiftedPlugin, type LiftedPlugin } from '../engine/lifted-plugin';
import { idOfPackage } from '../engine/new-backend/feature-id';
import { readNewBackend } from '../engine/new-backend/read-new-backend';
import type { ProjectOptions } from '../engine/options';
import { parseModule } from '../engine/parse-module';
import { readSource } from '../engine/read-source';
import { listWorkspacePackages, type WorkspacePackage } from '../engine/workspace-package';
import type { PackageToConvert } from './package-to-convert';
import { findMountedPackage } from './mounted-package';

/**
 * The package that a folder or a name stands for: the plugin that serves its router where a backend of
 * the repository has one. Undefined when there is no such package, as with the ids of plugins.
 *
 * @param name - `plugins/x-backend`, relative to `dir`, or `@internal/plugin-x-backend`
 */
export function findPackageToConvert(
  dir: string,
  name: string,
  options: ProjectOptions,
): PackageToConvert | { readonly plugin: LiftedPlugin } | undefined {
  if (!name.includes('/')) return undefined;
  const root = repositoryRoot(resolve(dir));
  const packages = listWorkspacePackages(root);
  const folder = relative(root, resolve(dir, name)).split(sep).join(posix.sep);
  const found = packages.find(each => each.name === name || each.folder === folder);
  if (!found) return undefined;
  const plugin = findPluginServing(dir, found, packages, options);
  if (plugin) return { plugin };
  const id = found.manifest.backstage?.pluginId ?? idOfPackage(found.name);
  return { root, packages, package: found, id, mount: undefined };
}

function findPluginServing(
  dir: string,
  wanted: WorkspacePackage,
  packages: readonly WorkspacePackage[],
  options: ProjectOptions,
): LiftedPlugin | undefined {
  let ids: string[];
  try {
    const { root, index } = findProject(dir, options);
    const backend = readNewBackend(parseModule(readSource(root, index)));
    ids = (backend?.features ?? []).flatMap(each => each.legacy?.id ?? []);
  } catch (error) {
    if (error instanceof GuideError) return undefined; // A repository of plugins has no backend.
    throw error;
  }
  return ids
    .map(id => findLiftedPlugin(dir, id, options))
    .find(each => each && findMountedPackage(each, packages)?.package.name === wanted.name);
}
