import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { GuideError } from '../errors';
import type { FileEdit, GuideStep, MigrationPlan, ReportEntry } from '../plan';
import { readSource } from '../read-source';
import { commentPlacer } from './comment-place';
import { manualCommentsIn, manualText, type ManualComment } from './manual-comment';

const CODE = /\.[cm]?[jt]sx?$/;
const YAML = /\.ya?ml$/;

/** What these steps leave is done by other commands, not at a spot in the code. */
const WITHOUT_COMMENTS: readonly GuideStep[] = ['graduate', 'new'];

const CONVERSIONS: readonly string[] = [
  'replace-stock',
  'convert-plugin-file',
  'convert-plugin-package',
];

/**
 * A plan that also leaves a comment at every spot that its report leaves to a person. A spot that has
 * its comment gets no second one, and what an earlier run of the step left in a file goes when it no
 * longer holds. JSON, and files that can not be read or written, have no comments.
 */
export function leaveComments(plan: MigrationPlan): MigrationPlan {
  if (WITHOUT_COMMENTS.includes(plan.step)) return plan;
  const edits = new Map(plan.edits.map(each => [each.file, each]));
  for (const file of new Set(plan.report.map(each => each.file))) {
    const edit = withComments(plan, file, edits.get(file));
    if (edit) edits.set(file, edit);
  }
  return { ...plan, edits: [...edits.values()].filter(each => each.before !== each.after) };
}

function withComments(
  plan: MigrationPlan,
  file: string,
  edit: FileEdit | undefined,
): FileEdit | undefined {
  if (edit?.after === null || !(CODE.test(file) || YAML.test(file))) return undefined;
  const entries = plan.report.filter(each => each.file === file && each.outcome === 'manual');
  const before = edit ? edit.before : writableText(plan.root, file);
  const text = edit?.after ?? before;
  if (text == null || (entries.length === 0 && !text.includes('TODO(forklift)'))) return undefined;
  const lines = linesOf(text);
  const placeOf = commentPlacer(file, linesOf(before ?? ''), lines);
  if (!placeOf) return undefined;
  const after =
    (text.startsWith('\uFEFF') ? '\uFEFF' : '') +
    commented(lines, entries, placeOf, CODE.test(file) ? '//' : '#', each =>
      isOfStep(plan, file, each),
    ).join('\n');
  return after === text ? undefined : { file, before, after };
}

/** The text of a file that can be written; null for others, which have been reported. */
function writableText(root: string, file: string): string | null {
  try {
    const { original } = readSource(root, file);
    return statSync(join(root, file)).mode & 0o200 ? original : null;
  } catch (error) {
    if (error instanceof GuideError) return null;
    throw error;
  }
}

/** Lines without the byte order mark; a carriage return belongs to its line. */
function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split('\n');
}

/** Lines with the comments that are missing, and without those that are out of date. */
function commented(
  lines: readonly string[],
  entries: readonly ReportEntry[],
  placeOf: (entry: ReportEntry) => number | undefined,
  mark: string,
  isOwn: (comment: ManualComment) => boolean,
): string[] {
  const present = manualCommentsIn(lines);
  const found = new Set<ManualComment>();
  const added = new Map<number, string[]>();
  const spots = new Set<string>();
  for (const entry of entries) {
    const text = manualText(entry.reason, entry.guide);
    const place = placeOf(entry);
    if (spots.has(`${place} ${text}`)) continue;
    spots.add(`${place} ${text}`);
    const comment = nearest(
      present.filter(each => each.text === text && !found.has(each)),
      place ?? 0,
    );
    if (comment) found.add(comment);
    else if (place !== undefined) added.set(place, [...(added.get(place) ?? []), text]);
  }
  const gone = present.filter(each => !found.has(each) && isOwn(each)).map(each => each.line);
  return lines.flatMap((line, index) => {
    const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
    const end = line.endsWith('\r') ? '\r' : '';
    const above = (added.get(index) ?? []).map(text => `${indent}${mark} ${text}${end}`);
    return gone.includes(index) ? above : [...above, line];
  });
}

function nearest(comments: readonly ManualComment[], line: number): ManualComment | undefined {
  return [...comments].sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))[0];
}

/**
 * True for a comment that the step itself would leave now if it still held. What the lift has left stands
 * above the code that a person has to move; and in index.ts there is one plugin beside another.
 */
function isOfStep({ step, backend }: MigrationPlan, file: string, comment: ManualComment): boolean {
  if (step === 'lift') return false;
  if (!CONVERSIONS.includes(step)) return comment.step === step;
  return file !== posix.join(backend, 'src/index.ts') && CONVERSIONS.includes(comment.step);
}
