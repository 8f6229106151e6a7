import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a folder for a tree. */
export function createTemporaryFolder(workDir: string): Promise<string> {
  return mkdtemp(join(workDir, 'backstage-'));
}

/** Lends a folder to a function, and removes it afterwards. */
export async function withTemporaryFolder<T>(
  workDir: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await createTemporaryFolder(workDir);
  try {
    return await use(folder);
  } finally {
    await removeFolder(folder);
  }
}

/**
 * Fills the folder that was asked for, or a new one, which is removed again when that fails.
 *
 * @returns the folder
 */
export async function fillFolder(
  workDir: string,
  targetDir: string | undefined,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = targetDir ?? (await createTemporaryFolder(workDir));
  try {
    await fill(folder);
    return folder;
  } catch (error) {
    if (!targetDir) {
      await removeFolder(folder);
    }
    throw error;
  }
}

/** Tries again, because files of an archive that was given up may still be on their way to the disk. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}
