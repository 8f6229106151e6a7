import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseDocument } from 'yaml';
import { GuideError } from './errors';
import type { ProjectOptions } from './options';

/** Where a backend lives. */
export interface BackendProject {
  /** Absolute path of the repository: the folder that holds the workspaces. */
  readonly root: string;
  /** The backend package relative to `root`, with forward slashes; `.` for a lone package. */
  readonly backend: string;
  /** The backend's index.ts relative to `root`. */
  readonly index: string;
}

interface Manifest {
  readonly workspaces?: readonly string[] | { readonly packages?: readonly string[] };
  readonly backstage?: { readonly role?: string };
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const BACKEND_RUNTIMES = [
  '@backstage/backend-common',
  '@backstage/backend-defaults',
  'backstage-forklift',
];

/** Folders below which a repository keeps no package of its own. */
const IGNORED = new Set(['node_modules', 'dist', 'dist-types', 'build', 'coverage']);

/** How deep below the given folder a `packages/backend` may hide. */
const SEARCH_DEPTH = 4;

/**
 * Finds the backend package of a repository: by option, in the folder itself, as `packages/backend`,
 * in the workspaces of yarn, npm or pnpm, or in a repository nested in a subfolder.
 *
 * @throws GuideError when the folder is missing, is no Backstage repository, has no backend or several
 */
export function findProject(dir: string, options: ProjectOptions = {}): BackendProject {
  const start = resolve(dir);
  if (!isDirectory(start)) {
    throw new GuideError('FOLDER_NOT_FOUND', `There is no folder ${start}`, { file: start });
  }
  if (options.backend !== undefined) {
    const chosen = resolve(start, options.backend);
    if (!readManifest(chosen)) {
      throw new GuideError(
        'BACKEND_NOT_FOUND',
        `${chosen} is not a package: it has no readable package.json`,
        { file: chosen },
      );
    }
    return describe(chosen);
  }
  const candidates = findCandidates(start);
  if (candidates.length === 1) return describe(candidates[0]);
  if (candidates.length > 1) {
    const list = candidates.map(folder => toPosix(relative(start, folder))).join(', ');
    throw new GuideError(
      'BACKEND_NOT_FOUND',
      `There are several backends in ${start}: ${list}. Choose one with the backend option`,
      { file: start },
    );
  }
  const unreadable = unreadableBackend(start);
  if (unreadable !== undefined) {
    throw new GuideError(
      'UNREADABLE_FILE',
      `${unreadable} is not a JSON object. Correct it, then run this again`,
      { file: unreadable },
    );
  }
  if (!mentionsBackstage(start)) {
    throw new GuideError(
      'NOT_A_BACKSTAGE_REPOSITORY',
      `${start} is not a Backstage repository: no package.json in it or above it names a @backstage package`,
      { file: start },
    );
  }
  throw new GuideError(
    'BACKEND_NOT_FOUND',
    `Found no backend package in ${start}: looked for packages/backend and for a workspace ` +
      `that depends on ${BACKEND_RUNTIMES[0]} and has src/index.ts. Name it with the backend option`,
    { file: start },
  );
}

function findCandidates(start: string): string[] {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isBackend(folder)) return [folder];
    const usual = join(folder, 'packages', 'backend');
    if (isBackend(usual)) return [usual];
    const workspaces = workspacePackages(folder).filter(isBackend);
    if (workspaces.length > 0) return workspaces;
    if (existsSync(join(folder, '.git')) || folder === dirname(folder)) break;
  }
  return nestedBackends(start, SEARCH_DEPTH);
}

/** The package.json of the usual backend, where there is one that can not be read. */
function unreadableBackend(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const usual = join(folder, 'packages', 'backend');
    const file = join(usual, 'package.json');
    if (existsSync(file) && !readManifest(usual)) return file;
    if (existsSync(join(folder, '.git')) || folder === dirname(folder)) return undefined;
  }
}

function nestedBackends(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  return subfolders(folder).flatMap(child => {
    const usual = join(child, 'packages', 'backend');
    return isBackend(usual) ? [usual] : nestedBackends(child, depth - 1);
  });
}

/** A package that starts a backend, as opposed to a backend plugin or a library. */
function isBackend(folder: string): boolean {
  const manifest = readManifest(folder);
  if (!manifest) return false;
  const role = manifest.backstage?.role;
  if (role !== undefined && role !== 'backend') return false;
  const dependencies = { ...manifest.devDependencies, ...manifest.dependencies };
  const runs = BACKEND_RUNTIMES.some(name => name in dependencies);
  if (role === 'backend') return runs || indexOf(folder) !== undefined;
  if (!runs) return false;
  const index = indexOf(folder);
  if (index === undefined) return false;
  return /\bcreate(ServiceBuilder|Backend|SpecializedBackend)\b/.test(readFileSync(index, 'utf8'));
}

function describe(folder: string): BackendProject {
  const root = repositoryRoot(folder);
  const index = join(folder, 'src', 'index.ts');
  if (!existsSync(index)) {
    const script = indexOf(folder);
    if (script !== undefined && !script.endsWith('.tsx')) {
      throw new GuideError(
        'JAVASCRIPT_BACKEND',
        `${script} is JavaScript. The guides work on TypeScript backends: ` +
          `rename the file to index.ts (and its plugin files likewise) and fix what tsc reports first`,
        { file: script },
      );
    }
    throw new GuideError('BACKEND_NOT_FOUND', `${folder} has no src/index.ts`, { file: folder });
  }
  return {
    root,
    backend: toPosix(relative(root, folder)) || '.',
    index: toPosix(relative(root, index)),
  };
}

/** The repository that a package belongs to: the folder that holds its workspaces. */
export function repositoryRoot(folder: string): string {
  for (let parent = folder; parent !== dirname(parent); parent = dirname(parent)) {
    if (readManifest(parent)?.workspaces !== undefined) return parent;
    const marks = ['pnpm-workspace.yaml', 'lerna.json', 'backstage.json', '.git'];
    if (marks.some(mark => existsSync(join(parent, mark)))) return parent;
  }
  return folder;
}

/** Absolute folders that the workspaces of a repository name, of yarn, npm or pnpm. */
export function workspacePackages(folder: string): string[] {
  return declaredWorkspaces(folder).flatMap(pattern => expand(folder, pattern));
}

/** The patterns that a repository's package.json or pnpm-workspace.yaml names. */
export function declaredWorkspaces(folder: string): string[] {
  const declared = readManifest(folder)?.workspaces ?? [];
  const patterns = 'packages' in declared ? (declared.packages ?? []) : (declared as string[]);
  return [...patterns, ...pnpmPatterns(folder)];
}

/** The `packages:` list of pnpm-workspace.yaml. */
function pnpmPatterns(folder: string): string[] {
  const file = join(folder, 'pnpm-workspace.yaml');
  if (!existsSync(file)) return [];
  const document = parseDocument(readFileSync(file, 'utf8'));
  if (document.errors.length > 0) {
    const [problem] = document.errors[0].message.split('\n');
    const message = `${file} does not parse: ${problem} Fix it, then run this again`;
    throw new GuideError('UNPARSABLE_FILE', message, { file });
  }
  const { packages } = (document.toJS() ?? {}) as { packages?: unknown };
  return Array.isArray(packages) ? packages.filter(each => typeof each === 'string') : [];
}

function expand(folder: string, pattern: string): string[] {
  if (pattern.startsWith('!')) return [];
  let folders = [folder];
  for (const part of pattern.split('/').filter(step => step !== '' && step !== '.')) {
    if (part === '**') folders = folders.flatMap(each => withSubfolders(each, SEARCH_DEPTH));
    else if (part.includes('*')) folders = folders.flatMap(each => matching(each, part));
    else folders = folders.map(each => join(each, part));
  }
  return folders.filter(isDirectory);
}

function withSubfolders(folder: string, depth: number): string[] {
  if (depth === 0) return [folder];
  return [folder, ...subfolders(folder).flatMap(each => withSubfolders(each, depth - 1))];
}

function matching(folder: string, pattern: string): string[] {
  const source = pattern
    .split('*')
    .map(text => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*');
  const expression = new RegExp(`^${source}$`);
  return subfolders(folder).filter(child => expression.test(child.slice(folder.length + 1)));
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(
        entry => entry.isDirectory() && !entry.name.startsWith('.') && !IGNORED.has(entry.name),
      )
      .map(entry => join(folder, entry.name));
  } catch {
    return []; // A folder that can not be listed holds no backend we could work on.
  }
}

function indexOf(folder: string): string | undefined {
  return ['index.ts', 'index.tsx', 'index.js', 'index.mjs', 'index.cjs', 'index.jsx']
    .map(name => join(folder, 'src', name))
    .find(file => existsSync(file));
}

function mentionsBackstage(start: string): boolean {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'backstage.json'))) return true;
    const packages = [folder, ...workspacePackages(folder)];
    const names = packages.flatMap(each => {
      const manifest = readManifest(each);
      return Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies });
    });
    if (names.some(name => name.startsWith('@backstage/'))) return true;
    if (existsSync(join(folder, '.git')) || folder === dirname(folder)) return false;
  }
}

function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const isObject = typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest);
    return isObject ? (manifest as Manifest) : undefined;
  } catch {
    return undefined; // Missing or not JSON: no package for our purposes.
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function toPosix(path: string): string {
  return path.split(sep).join('/');
}
