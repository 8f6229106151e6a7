import { existsSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { GuideError } from './errors';
import { workspacePackages } from './find-project';
import { packageOf } from './plugin-file/describe-plugin-file';
import { readSource, type SourceText } from './read-source';

/** The parts of a package.json that the guides read. */
export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly types?: string;
  readonly private?: boolean;
  readonly backstage?: {
    readonly role?: string;
    readonly pluginId?: string;
    readonly pluginPackages?: readonly string[];
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the repository's workspaces. */
export interface WorkspacePackage {
  /** Relative to the repository's root, with forward slashes. */
  readonly folder: string;
  readonly name: string;
  readonly source: SourceText;
  readonly manifest: PackageManifest;
}

/** All packages of a repository's workspaces that have a name. */
export function listWorkspacePackages(root: string): WorkspacePackage[] {
  const folders = new Set(workspacePackages(root).map(each => toPosix(relative(root, each))));
  return [...folders].flatMap(folder => readWorkspacePackage(root, folder) ?? []);
}

/** The package in a folder; undefined when there is none, or none that can be read. */
export function readWorkspacePackage(root: string, folder: string): WorkspacePackage | undefined {
  const file = posix.join(folder, 'package.json');
  if (!existsSync(join(root, file))) return undefined;
  try {
    const source = readSource(root, file);
    const manifest = JSON.parse(source.text) as PackageManifest;
    const { name } = manifest;
    return name === undefined ? undefined : { folder, name, source, manifest };
  } catch (error) {
    if (error instanceof GuideError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The package that an import leads into: one that its specifier names, or whose folder a relative path
 * ends up in.
 *
 * @param from - the importing file, relative to the root
 */
export function packageBehind(
  packages: readonly WorkspacePackage[],
  from: string,
  specifier: string,
): WorkspacePackage | undefined {
  if (!specifier.startsWith('.')) {
    const name = packageOf({ module: specifier });
    return packages.find(each => each.name === name);
  }
  const target = posix.join(posix.dirname(from), specifier);
  const around = packages.filter(each => target.startsWith(`${each.folder}/`));
  return around.sort((a, b) => b.folder.length - a.folder.length)[0];
}

function toPosix(path: string): string {
  return path.split(sep).join('/') || '.';
}
