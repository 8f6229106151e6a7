import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { BackendInventory } from '../../migration-guides';
import { UsageError } from './errors';
import { installCommand } from './locked-packages';

/** The old backend, checked out beside the repository. */
export interface OldCheckout {
  /** Where the repository's root is in the checkout. */
  readonly root: string;
  /** The commit, abbreviated. */
  readonly commit: string;
  remove(): Promise<void>;
}

type Project = Pick<BackendInventory, 'root' | 'backend' | 'index'>;

/**
 * Checks out a commit, or the last one in which the backend was still wired by hand, into a temporary
 * folder. It shares the installed dependencies with the work tree where the lock files agree, has its own
 * installed where they do not, and gets the configuration files that git ignores.
 *
 * @param onInstall - called with the command before dependencies are installed
 * @throws UsageError when there is no such commit, or no git repository, or nothing can be installed
 */
export async function checkOutOldBackend(
  project: Project,
  base: string | undefined,
  onInstall: (command: string) => void,
): Promise<OldCheckout> {
  const { root } = project;
  const toplevel = await git(root, 'rev-parse', '--show-toplevel').catch(cause => {
    throw new UsageError(
      `${root} is not in a git repository with the old backend. Give both sides: --left 'npm start' --right 'npm start'`,
      { cause },
    );
  });
  const commit = base === undefined ? await lastLegacyCommit(project) : await resolve(root, base);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'forklift-old-')));
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    await git(toplevel, 'worktree', 'prune');
  };
  try {
    await git(toplevel, 'worktree', 'add', '--detach', '--force', folder, commit);
    const oldRoot = join(folder, relative(toplevel, await realpath(root)));
    const install = await installCommand(root, oldRoot);
    if (install) {
      onInstall(install);
      await runInstall(install, oldRoot);
    } else {
      await shareDependencies(project, oldRoot);
    }
    await copyLocalConfiguration(root, oldRoot);
    return { root: oldRoot, commit: commit.slice(0, 10), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function lastLegacyCommit({ root, index }: Project): Promise<string> {
  const log = await git(root, 'log', '--format=%H', '--', index).catch(() => '');
  for (const commit of log.split('\n').filter(Boolean)) {
    const source = await git(root, 'show', `${commit}:./${index}`).catch(() => '');
    if (source.includes('createServiceBuilder')) {
      return commit;
    }
  }
  throw new UsageError(
    `No commit has ${index} wired by hand. Name the old one with --base, or give both sides with --left and --right`,
  );
}

async function resolve(root: string, base: string): Promise<string> {
  return git(root, 'rev-parse', '--verify', '--end-of-options', `${base}^{commit}`).catch(cause => {
    throw new UsageError(`There is no commit '${base}' in ${root}`, { cause });
  });
}

async function shareDependencies({ root, backend }: Project, oldRoot: string): Promise<void> {
  for (const folder of new Set(['.', backend])) {
    const installed = join(root, folder, 'node_modules');
    const link = join(oldRoot, folder, 'node_modules');
    if (existsSync(installed) && !existsSync(link)) {
      await symlink(installed, link, 'junction');
    }
  }
}

async function runInstall(command: string, oldRoot: string): Promise<void> {
  const [file, ...args] = command.split(' ');
  try {
    await promisify(execFile)(file, args, { cwd: oldRoot, maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-5).join('\n  ');
    throw new UsageError(
      `The packages of the old backend differ from those of the work tree, and '${command}' does not install them. Give both sides: --left 'npm start' --right 'npm start'\n  ${last}`,
      { cause },
    );
  }
}

async function copyLocalConfiguration(root: string, oldRoot: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (/^app-config.*\.ya?ml$/.test(name) && !existsSync(join(oldRoot, name))) {
      await copyFile(join(root, name), join(oldRoot, name));
    }
  }
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', cwd, ...args]);
  return stdout.trim();
}
