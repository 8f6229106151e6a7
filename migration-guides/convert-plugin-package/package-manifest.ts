import { withDependencies, withProperty } from '../engine/edit-package-json';
import type { SourceText } from '../engine/read-source';
import type { WorkspacePackage } from '../engine/workspace-package';

/** What has to be in the package.json of a backend plugin. */
export interface PluginManifest {
  readonly id: string;
  readonly packages: readonly WorkspacePackage[];
  readonly dependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlyMap<string, string>;
}

/** The package.json of a backend plugin: its role, its id, the packages of the plugin, dependencies. */
export function pluginManifest(own: WorkspacePackage, wanted: PluginManifest): SourceText {
  const { backstage } = own.manifest;
  let source = own.source;
  if (backstage?.role === undefined) {
    source = withProperty(source, ['backstage', 'role'], 'backend-plugin');
  }
  if (backstage?.pluginId === undefined) {
    source = withProperty(source, ['backstage', 'pluginId'], wanted.id);
  }
  if (backstage?.pluginPackages === undefined) {
    const names = packagesOfPlugin(own.name, wanted.packages);
    source = withProperty(source, ['backstage', 'pluginPackages'], names);
  }
  source = withDependencies(source, wanted.dependencies);
  return withDependencies(source, wanted.devDependencies, 'devDependencies');
}

/** `plugin-x`, `plugin-x-backend`, `plugin-x-common` and so on, as far as the repository has them. */
function packagesOfPlugin(name: string, packages: readonly WorkspacePackage[]): string[] {
  const base = name.replace(/-backend$/, '');
  const usual = new Set([
    name,
    ...['', '-backend', '-common', '-node', '-react'].map(ending => base + ending),
  ]);
  return packages
    .map(each => each.name)
    .filter(each => usual.has(each))
    .sort();
}
