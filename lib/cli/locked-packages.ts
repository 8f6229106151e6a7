import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a package manager installs by, and how it is told to install just that. */
interface LockFile {
  readonly name: string;
  readonly install: string;
  /** The packages that a lock file names, each with its version. */
  read(text: string): string[];
}

const LOCK_FILES: readonly LockFile[] = [
  { name: 'yarn.lock', install: 'yarn install --immutable', read: readYarn },
  { name: 'package-lock.json', install: 'npm ci --no-audit --no-fund', read: readNpm },
  // As a whole: what it names is not all of it.
  {
    name: 'pnpm-lock.yaml',
    install: 'pnpm install --frozen-lockfile',
    read: text => [text],
  },
];

/**
 * How the packages of an old checkout are installed, where those of the work tree will not do: where the
 * old lock file names a package in a version that the new one has not.
 *
 * @returns a command; undefined where the packages of the work tree will do
 */
export async function installCommand(root: string, oldRoot: string): Promise<string | undefined> {
  const isThere = ({ name }: LockFile) => existsSync(join(oldRoot, name));
  const lock = LOCK_FILES.find(isThere);
  if (!lock || !existsSync(join(root, lock.name))) {
    return undefined;
  }
  const [now, old] = await Promise.all(
    [root, oldRoot].map(async folder => lock.read(await readFile(join(folder, lock.name), 'utf8'))),
  );
  const known = new Set(now);
  return old.every(each => known.has(each)) ? undefined : lock.install;
}

function readNpm(text: string): string[] {
  const { packages = {} } = JSON.parse(text) as {
    packages?: Record<string, { version?: string; resolved?: string; link?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path]) => path.includes('node_modules/'))
    .map(([path, { version, resolved, link }]) => `${path} ${link ? resolved : version}`);
}

/** Of Yarn 1 and later ones; packages of the repository itself have no version. */
function readYarn(text: string): string[] {
  const entries = text.matchAll(/^"?(@?[^@"\n]+)@[^\n]*:\n {2}version:? "?([^"\n]+)"?$/gm);
  return Array.from(entries, ([, name, version]) => `${name} ${version}`).filter(
    each => !each.endsWith('-use.local'),
  );
}
