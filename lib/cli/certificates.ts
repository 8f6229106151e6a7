import { readFile } from 'node:fs/promises';
import { UsageError } from './errors';

/**
 * Reads the file that `--ca` names.
 *
 * @throws UsageError when it can not be read
 */
export async function readCertificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--ca '${file}' can not be read (${(cause as { code?: string }).code})`, {
      cause,
    });
  }
}
