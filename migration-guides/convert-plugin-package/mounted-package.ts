import { posix } from 'node:path';
import { ts } from 'ts-morph';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { readPluginFile, type PluginFile } from '../engine/plugin-file/read-plugin-file';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { packageBehind, type WorkspacePackage } from '../engine/workspace-package';
import { readRouterWiring, type RouterWiring } from './router-wiring';

/** A package of the repository whose router a backend serves. */
export interface MountedPackage {
  readonly package: WorkspacePackage;
  /** The file that exports what makes the router. */
  readonly file: string;
  /** The export's name. */
  readonly name: string;
  /** What it is given; undefined when it is given the whole environment. */
  readonly wiring: RouterWiring | undefined;
  /** The function of the package's own index.ts that hands over the environment. */
  readonly default: PluginFile | undefined;
}

/** The index.ts of a package; undefined where there is none. */
export function indexOf(root: string, { folder }: WorkspacePackage): string | undefined {
  return resolveModule(root, posix.join(folder, 'package.json'), './src');
}

/** The package whose router a plugin serves and does nothing else; undefined for all other plugins. */
export function findMountedPackage(
  lifted: LiftedPlugin,
  packages: readonly WorkspacePackage[],
): MountedPackage | undefined {
  const { project, feature, call, source, file } = lifted;
  const others = packages.filter(each => each.folder !== project.backend);
  if (source && file !== undefined) {
    if (!source.module.sourceFile.statements.every(each => isPartOf(each, source)))
      return undefined;
    const wiring = readRouterWiring(source);
    const found = wiring && packageBehind(others, file, wiring.maker.module);
    const target = found && fileBehind(project.root, found, file, wiring.maker.module);
    return found && target !== undefined
      ? { package: found, file: target, name: wiring.maker.imported, wiring, default: undefined }
      : undefined;
  }
  const found = packageBehind(others, project.index, feature.module ?? '.');
  const index = found && indexOf(project.root, found);
  if (!found || index === undefined || feature.module !== found.name) return undefined;
  if (call.exported !== 'default') {
    return call.exported === undefined
      ? undefined
      : { package: found, file: index, name: call.exported, wiring: undefined, default: undefined };
  }
  const plugin = readPluginFile(project.root, index);
  const wiring = plugin && readRouterWiring(plugin);
  const target = wiring && resolveModule(project.root, index, wiring.maker.module);
  return plugin && wiring && target !== undefined
    ? { package: found, file: target, name: wiring.maker.imported, wiring, default: plugin }
    : undefined;
}

/** True for what can go with a plugin's function: imports of names, types, and the function itself. */
function isPartOf(statement: ts.Statement, { plugin }: PluginFile): boolean {
  if (ts.isImportDeclaration(statement)) return statement.importClause !== undefined;
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isExportAssignment(statement)) return true;
  return statement.pos <= plugin.pos && plugin.end <= statement.end;
}

function fileBehind(
  root: string,
  found: WorkspacePackage,
  from: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith('.')) return resolveModule(root, from, specifier);
  return specifier === found.name ? indexOf(root, found) : undefined;
}
