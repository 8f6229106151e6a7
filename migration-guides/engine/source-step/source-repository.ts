import { existsSync, readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join, posix } from 'node:path';
import { GuideError } from '../errors';
import { repositoryRoot } from '../find-project';
import { findInstalledPackage } from '../package-exports';
import type { FileEdit } from '../plan';
import { readSource, type SourceText } from '../read-source';
import { isAtLeast, lowestVersion } from '../version';
import {
  readWorkspacePackage,
  type PackageManifest,
  type WorkspacePackage,
} from '../workspace-package';

/** A package of the repository, by which its sources are judged. */
export interface SourcePackage extends WorkspacePackage {
  /** The Backstage release that backstage.json names. */
  readonly release: string | undefined;
  /**
   * The lowest version of a dependency that package.json allows, or the installed one where it names a
   * range without a number (`backstage:^`); undefined when it is no dependency or nothing is known.
   */
  versionOf(name: string): string | undefined;
  /** True when package.json names a dependency. */
  dependsOn(name: string): boolean;
}

/** The source files of a repository and the packages they are of. */
export interface SourceRepository {
  /** Absolute path. */
  readonly root: string;
  /** TypeScript files relative to the root, declarations and links left out. */
  readonly files: readonly string[];
  /** JavaScript files, likewise; they are looked into, not changed. */
  readonly scripts: readonly string[];
  packageOf(file: string): SourcePackage | undefined;
  /** Why a file has no package: its package.json can not be read. */
  problemOfPackage(file: string): string | undefined;
  /**
   * A file's text, as edits that are not written yet leave it.
   *
   * @throws GuideError when it can not be read
   */
  read(file: string): SourceText;
}

/** Folders that hold no source of the repository. */
const IGNORED = new Set([
  'node_modules',
  'dist',
  'dist-types',
  'dist-dynamic',
  'build',
  'coverage',
]);

const SOURCE = /(?<!\.d)\.[cm]?tsx?$/;
const SCRIPT = /\.[cm]?jsx?$/;

/**
 * Finds all sources of a repository.
 *
 * @param edits - not written yet; files are read as they leave them
 */
export function readSourceRepository(
  dir: string,
  edits: readonly FileEdit[] = [],
): SourceRepository {
  const root = repositoryRoot(dir);
  const edited = new Map(edits.map(each => [each.file, each]));
  const read = (file: string): SourceText => {
    const edit = edited.get(file);
    if (edit?.before == null || edit.after === null) return readSource(root, file);
    return { ...readSource(root, file), text: plainText(edit.after) };
  };
  const packages = new Map<string, SourcePackage | undefined>();
  const release = readRelease(root);
  const packageIn = (folder: string): SourcePackage | undefined => {
    if (!packages.has(folder)) packages.set(folder, readPackage(root, folder, release, read));
    if (folder === '.' || problemIn(root, folder) !== undefined) return packages.get(folder);
    return packages.get(folder) ?? packageIn(posix.dirname(folder));
  };
  const files = filesBelow(root, '.').filter(each => edited.get(each)?.after !== null);
  return {
    root,
    read,
    files: files.filter(each => SOURCE.test(each)),
    scripts: files.filter(each => SCRIPT.test(each)),
    packageOf: file => packageIn(posix.dirname(file)),
    problemOfPackage: file => problemAbove(root, posix.dirname(file)),
  };
}

/** A file's text, however it is encoded: what is wrong with it is reported later. */
export function textOf({ root, read }: SourceRepository, file: string): string {
  try {
    return read(file).text;
  } catch (error) {
    if (error instanceof GuideError) return readFileSync(join(root, file), 'latin1');
    throw error;
  }
}

/** True when a version of a dependency is known and too old for something. */
export function isTooOld(owner: SourcePackage, name: string, since: string): boolean {
  const version = owner.versionOf(name);
  return version !== undefined && !isAtLeast(version, since);
}

/** What is wrong with the nearest package.json. */
function problemAbove(root: string, folder: string): string | undefined {
  if (folder === '.' || existsSync(join(root, folder, 'package.json'))) {
    return problemIn(root, folder);
  }
  return problemAbove(root, posix.dirname(folder));
}

/** What is wrong with the package.json of a folder; undefined when it has none. */
function problemIn(root: string, folder: string): string | undefined {
  const file = posix.join(folder, 'package.json');
  if (!existsSync(join(root, file))) return undefined;
  try {
    const manifest: unknown = JSON.parse(readSource(root, file).text);
    const isObject = typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest);
    return isObject ? undefined : `${file} is not a JSON object`;
  } catch (error) {
    if (error instanceof GuideError) return error.message;
    if (error instanceof SyntaxError) return `${file} does not parse: ${error.message}`;
    throw error;
  }
}

/**
 * All files below a folder, links left out.
 *
 * @throws GuideError when a folder can not be listed
 */
function filesBelow(root: string, folder: string): string[] {
  return entriesOf(root, folder).flatMap(entry => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || IGNORED.has(entry.name) ? [] : filesBelow(root, path);
    }
    return entry.isFile() ? [path] : [];
  });
}

function entriesOf(root: string, folder: string): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new GuideError(
      'UNREADABLE_FILE',
      `Can not list the folder ${folder}: ${reason}. Make it readable, then run this again`,
      { file: folder, cause: error },
    );
  }
}

function readPackage(
  root: string,
  folder: string,
  release: string | undefined,
  read: (file: string) => SourceText,
): SourcePackage | undefined {
  const onDisk = readWorkspacePackage(root, folder);
  if (!onDisk) return undefined;
  const source = read(onDisk.source.file);
  const found = { ...onDisk, source, manifest: JSON.parse(source.text) as PackageManifest };
  const { dependencies, devDependencies, peerDependencies } = found.manifest;
  const declared = { ...peerDependencies, ...devDependencies, ...dependencies };
  return {
    ...found,
    release,
    dependsOn: name => name in declared,
    versionOf: name => {
      const range = declared[name];
      if (range !== undefined && lowestVersion(range)) return range;
      return range === undefined
        ? undefined
        : findInstalledPackage(join(root, folder), name)?.version;
    },
  };
}

/** A text without its byte order mark, with plain line ends, as it is edited. */
function plainText(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}

function readRelease(root: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(root, 'backstage.json'), 'utf8'));
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // Not every repository has one.
  }
}
