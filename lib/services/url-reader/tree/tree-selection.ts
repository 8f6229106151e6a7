import type { TreeFilter } from './read-tree-response-factory';

/** Which entries of an archive are wanted, and what they are called in the tree. */
export interface TreeSelection {
  /** The wanted folder of the tree. */
  subpath?: string;
  /** Whether the files are in a folder of the archive that is not part of the tree. */
  stripFirstDirectory: boolean;
  filter?: TreeFilter;
}

/**
 * The path in the tree of an entry of an archive.
 *
 * @returns undefined for an entry that is not wanted, or whose path could lead out of the tree
 */
export function selectPath(
  { subpath, stripFirstDirectory, filter }: TreeSelection,
  entryPath: string,
  size: number,
): string | undefined {
  const inArchive = stripFirstDirectory ? entryPath.replace(/^[^/]+\//, '') : entryPath;
  const prefix = subpath && `${subpath.replace(/\/+$/, '')}/`;
  if (prefix && !inArchive.startsWith(prefix)) {
    return undefined;
  }
  const path = inArchive.slice(prefix?.length ?? 0);
  if (path === '' || isUnsafe(path) || (filter && !filter(path, { size }))) {
    return undefined;
  }
  return path;
}

/** Whether a path is absolute or goes upwards, on any platform. */
export function isUnsafe(path: string): boolean {
  return /^([/\\]|[a-z]:)/i.test(path) || path.split(/[/\\]/).includes('..') || path.includes('\0');
}

/** @throws TypeError when the folder is given from the root */
export function checkSubpath(subpath: string | undefined): string | undefined {
  if (subpath?.startsWith('/')) {
    throw new TypeError(`The subpath of a tree must not start with a /, got '${subpath}'`);
  }
  return subpath;
}
