import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuideError } from './errors';

const LOCK = '.forklift-lock';

/**
 * Does something that only one process may do at a time in a repository.
 *
 * @throws GuideError when another process that is alive is doing it, or nothing can be written there
 */
export function withLock<T>(root: string, work: () => T): T {
  const path = join(root, LOCK);
  acquire(root, path);
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function acquire(root: string, path: string): void {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(root, error);
    const owner = Number(readFileSync(path, 'utf8'));
    if (isOther(owner)) {
      throw new GuideError(
        'NOT_WRITABLE',
        `Another forklift (process ${owner}) is changing ${root}. Run this again when it has ended; ` +
          `if there is none, remove ${path}. No file was changed`,
        { file: path },
      );
    }
    // Whoever made it was killed.
    rmSync(path, { force: true });
    acquire(root, path);
  }
}

/** True for a process that is alive and not this one, which may have the number of one that was killed. */
function isOther(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function notWritable(root: string, cause: unknown): GuideError {
  const reason = (cause as Error).message;
  return new GuideError(
    'NOT_WRITABLE',
    `Can not write in ${root}: ${reason}. No file was changed`,
    {
      file: root,
      cause,
    },
  );
}
