import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folders of the packages of the repository that a folder is in: the root of the workspaces and
 * every workspace. Without workspaces, the nearest package alone.
 *
 * @param dir - where to start looking, upwards
 */
export function findWorkspacePackages(dir: string): string[] {
  for (let folder = nearestPackage(dir); folder; folder = nearestPackage(dirname(folder))) {
    const patterns = workspacePatterns(folder);
    if (patterns) {
      return [folder, ...patterns.flatMap(pattern => expand(folder!, pattern.split('/')))];
    }
    if (folder === dirname(folder)) {
      break;
    }
  }
  const nearest = nearestPackage(dir);
  return nearest ? [nearest] : [];
}

/** The folder of the package that a folder belongs to. */
export function nearestPackage(dir: string): string | undefined {
  for (let folder = dir; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      return folder;
    }
    if (folder === dirname(folder)) {
      return undefined;
    }
  }
}

function workspacePatterns(root: string): string[] | undefined {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const patterns = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
  if (patterns) {
    return patterns;
  }
  const pnpm = join(root, 'pnpm-workspace.yaml');
  if (existsSync(pnpm)) {
    const { parse } = require('yaml') as typeof import('yaml');
    return parse(readFileSync(pnpm, 'utf8'))?.packages ?? [];
  }
  return undefined;
}

/** Folders with a package.json that fit a pattern such as `packages/*` or `plugins/**`. */
function expand(folder: string, [segment, ...rest]: string[]): string[] {
  if (segment === undefined) {
    return existsSync(join(folder, 'package.json')) ? [folder] : [];
  }
  if (segment === '' || segment === '.') {
    return expand(folder, rest);
  }
  if (segment === '**') {
    return [
      ...expand(folder, rest),
      ...subfolders(folder).flatMap(sub => expand(sub, ['**', ...rest])),
    ];
  }
  if (!segment.includes('*')) {
    return segment.startsWith('!') ? [] : expand(join(folder, segment), rest);
  }
  const escaped = segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  const pattern = new RegExp(`^${escaped}$`);
  return subfolders(folder)
    .filter(sub => pattern.test(sub.slice(folder.length + 1)))
    .flatMap(sub => expand(sub, rest));
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      entry => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'),
    )
    .map(entry => join(folder, entry.name));
}
