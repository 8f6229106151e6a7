import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { closest } from './closest';
import { UsageError } from './errors';

/**
 * The absolute path of a folder given on the command line.
 *
 * @throws UsageError when there is none, with the name that was probably meant
 */
export function resolveFolder(dir: string): string {
  const folder = resolve(dir);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats) {
    const meant = closest(basename(folder), subfolders(dirname(folder)));
    const hint = meant ? `. Did you mean '${join(dirname(dir), meant)}'?` : '';
    throw new UsageError(`There is no folder '${dir}'${hint}`);
  }
  if (!stats.isDirectory()) {
    throw new UsageError(`'${dir}' is a file. Give the folder of a Backstage repository`);
  }
  return folder;
}

function subfolders(parent: string): string[] {
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name);
  } catch {
    return []; // Without the parent there is nothing to suggest.
  }
}
