import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * Reads a key from a PEM file.
 *
 * @param expected - where the configuration names the file, and what is to be in it; for messages
 * @throws Error when there is no such file or no such key in it
 */
export async function readKeyFile(
  file: string,
  expected: { path: string; form: string },
  parse: (pem: string) => KeyObject,
): Promise<KeyObject> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as { code?: string };
    const problem = code === 'ENOENT' ? 'does not exist' : 'cannot be used';
    throw new Error(
      `Invalid config at '${expected.path}': expected the path of a PEM file with a ${expected.form} key, but '${file}' ${problem}`,
      { cause: error },
    );
  }
}
