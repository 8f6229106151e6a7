import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { assertCleanWorkTree } from './clean-work-tree';
import { GuideError } from './errors';
import { completeJournal, hasJournal, removeJournal, writeJournal, writeStaging } from './journal';
import { withLock } from './lock';
import type { ApplyOptions, ApplyResult } from './options';
import type { FileEdit, MigrationPlan } from './plan';
import { assertInside } from './read-source';

/** An edit whose new text waits beside the file it replaces. */
interface StagedEdit {
  readonly edit: FileEdit;
  readonly path: string;
  /** The new text, on the same disk as `path`; undefined when the file is removed. */
  readonly staged: string | undefined;
}

/**
 * Writes a plan's edits: all of them or none. The new texts are written beside their files first, and
 * only when all are on disk do they take their places. A run that is killed meanwhile is completed by
 * the next one.
 *
 * @throws GuideError when git has uncommitted changes (unless `force`), when a file has changed since
 * the plan was made, when one can not be written, or when another process is writing
 */
export async function applyPlan(
  plan: MigrationPlan,
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  if (plan.edits.length === 0 && !hasJournal(plan.root)) return { written: [] };
  return withLock(plan.root, () => applyAlone(plan, options));
}

function applyAlone(plan: MigrationPlan, options: ApplyOptions): ApplyResult {
  completeJournal(plan.root);
  if (plan.edits.length === 0) return { written: [] };
  const present = plan.edits.filter(each => each.before !== null).map(each => each.file);
  if (!options.force) assertCleanWorkTree(plan.root, present);
  for (const edit of plan.edits) assertUnchanged(plan.root, edit);
  const edits = plan.edits.map(each => throughLink(plan.root, each));
  const suffix = `.forklift-${randomBytes(6).toString('hex')}`;
  const staged: StagedEdit[] = [];
  const madeFolders: string[] = [];
  try {
    writeStaging(plan.root, edits, suffix);
    for (const edit of edits) {
      const path = join(plan.root, edit.file);
      madeFolders.push(...makeFolder(dirname(path), plan.root));
      staged.push({ edit, path, staged: edit.after === null ? undefined : path + suffix });
      stage(edit, path, suffix);
    }
  } catch (error) {
    for (const each of staged) if (each.staged) rmSync(each.staged, { force: true });
    removeJournal(plan.root);
    madeFolders.toReversed().forEach(folder => rmSync(folder, { recursive: true, force: true }));
    throw notWritable(error, staged.at(-1)?.edit.file ?? plan.edits[0].file);
  }
  replaceAll(plan.root, staged, suffix);
  return { written: plan.edits.map(each => each.file) };
}

/** The edit of the file that a link inside the repository leads to, so that the link stays one. */
function throughLink(root: string, edit: FileEdit): FileEdit {
  const path = join(root, edit.file);
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (!isLink || edit.after === null || !existsSync(path)) return edit;
  const file = relative(realpathSync(root), realpathSync(path)).split(sep).join('/');
  return { ...edit, file };
}

function stage(edit: FileEdit, path: string, suffix: string): void {
  const mode = existsSync(path) ? statSync(path).mode : 0o644;
  if (existsSync(path) && (mode & 0o200) === 0) {
    throw Object.assign(new Error('it is read-only'), { code: 'EACCES' });
  }
  if (edit.after !== null) writeFileSync(path + suffix, edit.after, { mode, flush: true });
}

/** Renames are quick and nearly never fail; if one does, those before it are taken back. */
function replaceAll(root: string, staged: readonly StagedEdit[], suffix: string): void {
  const done: StagedEdit[] = [];
  try {
    writeJournal(
      root,
      staged.map(each => each.edit),
      suffix,
    );
    for (const each of staged) {
      if (each.staged === undefined) rmSync(each.path);
      else renameSync(each.staged, each.path);
      done.push(each);
    }
    removeJournal(root);
  } catch (error) {
    removeJournal(root);
    for (const { edit, path } of done) {
      if (edit.before === null) rmSync(path, { force: true });
      else writeFileSync(path, edit.before);
    }
    for (const each of staged) if (each.staged) rmSync(each.staged, { force: true });
    throw notWritable(error, (staged[done.length] ?? staged[0]).edit.file);
  }
}

function assertUnchanged(root: string, { file, before }: FileEdit): void {
  const path = join(root, file);
  const now = existsSync(path) ? readFileSync(path, 'utf8') : null;
  if (now !== null) assertInside(root, path, file);
  if (now !== before) {
    throw new GuideError(
      'FILE_CHANGED',
      `${file} has changed since the plan was made. Nothing was written; make the plan again`,
      { file },
    );
  }
}

/** Makes a folder inside the repository; returns those that were not there. */
function makeFolder(folder: string, root: string): string[] {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return [];
  const inside = relative(root, first);
  return inside.startsWith('..') || inside.startsWith(sep) ? [] : [first];
}

function notWritable(error: unknown, file: string): GuideError {
  const reason = error instanceof Error ? error.message : String(error);
  return new GuideError('NOT_WRITABLE', `Can not write ${file}: ${reason}. No file was changed`, {
    file,
    cause: error,
  });
}
