import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GuideError } from './errors';

/** How many changed files an error names. */
const NAMED = 5;

/**
 * Makes sure that a step can be undone with git.
 *
 * @param files - what the step changes, relative to the folder
 * @throws GuideError when git has uncommitted changes below the folder, does not know one of the files,
 * or can not tell. A folder without git is let pass, and so are files that git is told to ignore.
 */
export function assertCleanWorkTree(root: string, files: readonly string[]): void {
  const changes = statusOf(root, ['--untracked-files=no', '--', '.']);
  if (changes.length > 0) {
    throw dirty(
      root,
      `git has uncommitted changes in ${root}: ${listOf(changes)}. Commit or stash them`,
    );
  }
  const unknown =
    files.length === 0 ? [] : statusOf(root, ['--untracked-files=all', '--', ...files]);
  if (unknown.length > 0) {
    throw dirty(root, `git does not have ${listOf(unknown)} in ${root} yet. Add and commit them`);
  }
}

/** Files that git status names; none where there is no git. */
function statusOf(root: string, args: readonly string[]): string[] {
  try {
    // A setting of the repository may name a program to run: that is not for us to do.
    const status = ['-c', 'core.fsmonitor=false', 'status', '--porcelain', ...args];
    const output = execFileSync('git', status, { cwd: root, encoding: 'utf8', stdio: STDIO });
    return output
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.slice(3));
  } catch (error) {
    if (!hasGit(root)) return []; // Nothing that could be lost by it.
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const [reason = message] = stderr.split('\n').filter(line => line !== '');
    throw dirty(
      root,
      `git does not tell whether ${root} has uncommitted changes (${reason}). Put that right`,
    );
  }
}

const STDIO: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe'];

function hasGit(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return folder !== dirname(folder) && hasGit(dirname(folder));
}

function listOf(files: readonly string[]): string {
  const names = files.slice(0, NAMED).join(', ');
  return files.length > NAMED ? `${names} and ${files.length - NAMED} more` : names;
}

function dirty(root: string, problem: string): GuideError {
  const message = `${problem} first, so that this step can be undone, or use force`;
  return new GuideError('DIRTY_WORK_TREE', message, { file: root });
}
