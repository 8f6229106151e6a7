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
/** What is being written beside its files, before there is a journal. */
const STAGING = '.forklift-staging.json';
const SUFFIX = /^\.forklift-[0-9a-f]{12}$/;

/** A file that a new text is written beside. */
type Staged = Pick<Replacement, 'file' | 'suffix'>;

/**
 * Notes what is about to be written beside its files, so that a run that is killed meanwhile leaves
 * nothing behind.
 */
export function writeStaging(root: string, edits: readonly FileEdit[], suffix: string): void {
  const staged: Staged[] = edits.map(({ file }) => ({ file, suffix }));
  writeFileSync(join(root, STAGING), JSON.stringify(staged), { flush: true });
}

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
  for (const name of [JOURNAL, `${JOURNAL}.new`, STAGING])
    rmSync(join(root, name), { force: true });
}

/** True when a run was killed while it was writing. */
export function hasJournal(root: string): boolean {
  return [JOURNAL, STAGING].some(name => existsSync(join(root, name)));
}

/**
 * Replaces what a run that was killed had still to replace. When somebody has changed or restored its
 * files since, they stay as they are and the rest of that run is dropped.
 */
export function completeJournal(root: string): void {
  if (!existsSync(join(root, JOURNAL))) {
    dropStaged(root);
    return;
  }
  const replacements = readList<Replacement>(root, JOURNAL);
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

/** Removes what a run had written beside its files when it was killed before it replaced any. */
function dropStaged(root: string): void {
  if (!existsSync(join(root, STAGING))) return;
  for (const { file, suffix } of readList<Staged>(root, STAGING)) {
    rmSync(join(root, file) + suffix, { force: true });
  }
  removeJournal(root);
}

/** A journal may have come with the repository: what reaches out of it is left out. */
function readList<T extends Staged>(root: string, name: string): T[] {
  const path = join(root, name);
  assertInside(root, path, name);
  return (JSON.parse(readFileSync(path, 'utf8')) as T[]).filter(
    ({ file, suffix }) => SUFFIX.test(suffix) && isInside(root, file),
  );
}

function isAsBefore(root: string, { file, suffix, before, after }: Replacement): boolean {
  const target = join(root, file);
  return digestOf(target) === before && (after === null || digestOf(target + suffix) === after);
}

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
