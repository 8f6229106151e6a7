import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './errors';

/**
 * The absolute path of a file that is going to be written, checked before any work is done for it.
 *
 * @param option - which names the file, for the message
 * @throws UsageError when there is no folder for it
 */
export function outputFile(option: string, file: string): string {
  const path = resolve(file);
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${option} '${file}' can not be written: there is no folder for it`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${option} '${file}' can not be written: it is a folder`);
  }
  return path;
}
