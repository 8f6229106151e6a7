import { execFileSync } from 'node:child_process';
import { GuideError } from './errors';

/** How many changed files an error names. */
const NAMED = 5;

/**
 * Makes sure that a step can be undone with git.
 *
 * @throws GuideError when git has uncommitted changes below the folder. A folder without git is let pass.
 */
export function assertCleanWorkTree(root: string): void {
  const changes = uncommittedFiles(root);
  if (changes.length === 0) return;
  const names = changes.slice(0, NAMED).join(', ');
  const more = changes.length > NAMED ? ` and ${changes.length - NAMED} more` : '';
  throw new GuideError(
    'DIRTY_WORK_TREE',
    `git has uncommitted changes in ${root}: ${names}${more}. ` +
      'Commit or stash them first, so that this step can be undone, or use force',
    { file: root },
  );
}

/** Files that git has uncommitted changes of, below a folder; none where there is no git. */
export function uncommittedFiles(root: string): string[] {
  try {
    const output = execFileSync(
      'git',
      ['-c', 'core.fsmonitor=false', 'status', '--porcelain', '--untracked-files=no', '--', '.'],
      { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return output
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.slice(3));
  } catch {
    return []; // No git here, or no repository: nothing that could be lost by it.
  }
}
