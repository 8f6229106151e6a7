import { rmSync } from 'node:fs';
import { access, constants, cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { installDependencies, isInstalled } from './install-example';

/** Two copies of the example in a temporary folder. */
export interface Portals {
  /** Stays as it is. */
  readonly old: string;
  /** To be migrated. */
  readonly migrated: string;
  /** Removes the temporary folder. */
  remove(): Promise<void>;
}

const packageRoot = dirname(require.resolve('backstage-forklift/package.json'));
const example = join(packageRoot, 'examples', 'legacy-portal');

/**
 * Copies the example twice. Both copies share the installed dependencies, and `backstage-forklift`
 * resolves to this package in them.
 *
 * @param onInstall - called before dependencies are installed, which takes minutes
 */
export async function createPortals(signal: AbortSignal, onInstall: () => void): Promise<Portals> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'forklift-demo-')));
  const removeAtOnce = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeAtOnce);
  const portals: Portals = {
    old: join(folder, 'old'),
    migrated: join(folder, 'new'),
    remove: async () => {
      process.off('exit', removeAtOnce);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await copyExample(portals.old);
    await copyExample(portals.migrated);
    const home = await installationHome(portals.old);
    if (!isInstalled(home)) {
      onInstall();
      await installDependencies(home, signal);
    }
    for (const portal of [portals.old, portals.migrated]) {
      await linkDependencies(portal, join(home, 'node_modules'));
    }
    return portals;
  } catch (error) {
    await portals.remove();
    throw error;
  }
}

async function copyExample(target: string): Promise<void> {
  await cp(example, target, {
    recursive: true,
    filter: source => !relative(example, source).split(sep).includes('node_modules'),
  });
}

/** In a checkout of this package, the example itself: its dependencies are then installed only once. */
async function installationHome(copy: string): Promise<string> {
  try {
    await access(join(packageRoot, '.git'), constants.F_OK);
    return example;
  } catch {
    return copy;
  }
}

async function linkDependencies(portal: string, nodeModules: string): Promise<void> {
  if (join(portal, 'node_modules') !== nodeModules) {
    await symlink(nodeModules, join(portal, 'node_modules'), 'junction');
  }
  const ownModules = join(portal, 'packages', 'backend', 'node_modules');
  await mkdir(ownModules, { recursive: true });
  await symlink(packageRoot, join(ownModules, 'backstage-forklift'), 'junction');
}
