import { readFile } from 'node:fs/promises';
import { ParityError, type ParityErrorCode } from './errors';

/**
 * The text of a file that was named by somebody.
 *
 * @param failure - what is thrown when it can not be read: code, what the file is, and how to go on
 * @throws ParityError
 */
export async function readText(
  file: string,
  { code, what, fix = '' }: { code: ParityErrorCode; what: string; fix?: string },
): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ParityError(
      code,
      `Cannot read the ${what} '${file}' (${(cause as NodeJS.ErrnoException).code})${fix}`,
      { cause },
    );
  }
}
