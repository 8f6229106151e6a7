import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { FileEdit } from './plan';
import { assertInside } from './read-source';

/** A file that is to be replaced by a text beside it, or removed. */
interface Replacement {
  /** Path relative to the repository, with forward slashes. */
  readonly file: string;
  /** What the path of the new text has after that of the file. */
  readonly suffix: string;
  /** Digests of the old and the new text; `null` where there is no file. */
  readonly before: string | null;
  readonly after: string | null;
}

const JOURNAL = '.forklift-journal.json';
const SUFFIX = /^\.forklift-[0-9a-f]{12}$/;

/**
 * Notes what is about to be replaced, so that a run that is killed can be completed.
 *
 * @param suffix - what the path of each new text has after that of its file
 */
export function writeJournal(root: string, edits: readonly FileEdit[], suffix: string): void {
  const replacements: Replacement[] = edits.map(({ file, before, after }) => ({
    file,
    suffix,
    before: digest(before),
    after: digest(after),
  }));
  const path = join(root, JOURNAL);
  writeFileSync(`${path}.new`, JSON.stringify(replacements), { flush: true });
  renameSync(`${path}.new`, path);
}

export function removeJournal(root: string): void {
  rmSync(join(root, JOURNAL), { force: true });
}

/**
 * Replaces what a run that was killed had still to replace. When somebody has changed or restored its
 * files since, they stay as they are and the rest of that run is dropped.
 */
export function completeJournal(root: string): void {
  const path = join(root, JOURNAL);
  if (!existsSync(path)) return;
  assertInside(root, path, JOURNAL);
  const replacements = (JSON.parse(readFileSync(path, 'utf8')) as Replacement[]).filter(
    ({ file, suffix }) => SUFFIX.test(suffix) && isInside(root, file),
  );
  const pending = replacements.filter(each => digestOf(join(root, each.file)) !== each.after);
  const completable = pending.every(each => isAsBefore(root, each));
  for (const { file, suffix, after } of pending) {
    const target = join(root, file);
    if (!completable) rmSync(target + suffix, { force: true });
    else if (after === null) rmSync(target);
    else renameSync(target + suffix, target);
  }
  removeJournal(root);
}

function isAsBefore(root: string, { file, suffix, before, after }: Replacement): boolean {
  const target = join(root, file);
  return digestOf(target) === before && (after === null || digestOf(target + suffix) === after);
}

/** A journal may have come with the repository: it must not reach out of it. */
function isInside(root: string, file: string): boolean {
  const path = join(root, file);
  if (!path.startsWith(root + sep)) return false;
  if (existsSync(path)) assertInside(root, path, file);
  return true;
}

function digestOf(path: string): string | null {
  return existsSync(path) ? digest(readFileSync(path, 'utf8')) : null;
}

function digest(text: string | null): string | null {
  return text === null ? null : createHash('sha256').update(text).digest('hex');
}
