import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { GuideError } from './errors';

/** A text file as it is on disk. */
export interface SourceText {
  /** Path relative to the repository's root, with forward slashes. */
  readonly file: string;
  /** The exact text on disk, byte order mark included. */
  readonly original: string;
  /** The text without its byte order mark, and with plain line ends where the file has CRLF throughout. */
  readonly text: string;
  readonly bom: '' | '\uFEFF';
  readonly eol: '\n' | '\r\n';
}

/**
 * Reads one file of the repository.
 *
 * @throws GuideError when the file is missing, is not UTF-8, has line ends of no current system, or is a
 * link that leads out of the repository
 */
export function readSource(root: string, file: string): SourceText {
  const path = join(root, file);
  let bytes: Buffer;
  try {
    assertInside(root, path, file);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof GuideError) throw error;
    throw new GuideError('UNREADABLE_FILE', `Can not read ${file}: ${messageOf(error)}`, {
      file,
      cause: error,
    });
  }
  let original: string;
  try {
    original = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new GuideError('UNREADABLE_FILE', `${file} is not UTF-8 text. Save it as UTF-8 first`, {
      file,
      cause: error,
    });
  }
  if (original.includes('\r') && !original.includes('\n')) {
    const reason = 'ends its lines with carriage returns only. Save it with LF or CRLF first';
    throw new GuideError('UNREADABLE_FILE', `${file} ${reason}`, { file });
  }
  const bom = original.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = original.slice(bom.length);
  return usesCrlf(text)
    ? { file, original, text: text.replaceAll('\r\n', '\n'), bom, eol: '\r\n' }
    : { file, original, text, bom, eol: '\n' };
}

/** Refuses a file that a symbolic link takes out of the repository. */
export function assertInside(root: string, path: string, file: string): void {
  const home = realpathSync(root);
  const real = realpathSync(path);
  if (real !== home && !real.startsWith(home + sep)) {
    throw new GuideError(
      'OUTSIDE_REPOSITORY',
      `${file} is a link to ${real}, outside ${home}. Links out of the repository are not followed`,
      { file },
    );
  }
}

function usesCrlf(text: string): boolean {
  return text.includes('\r\n') && !/(^|[^\r])\n|\r(?!\n)/.test(text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
