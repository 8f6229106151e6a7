import { diffLines, splitLines, type DiffLine } from './diff-lines';
import type { FileEdit, MigrationPlan } from './plan';

/** Unchanged lines around a change. */
const CONTEXT = 3;

/** The plan's edits as a unified diff that `git apply` takes; empty when there are none. */
export function formatUnifiedDiff(plan: MigrationPlan): string {
  return plan.edits.map(formatEdit).join('');
}

function formatEdit({ file, before, after }: FileEdit): string {
  const from = before === null ? '/dev/null' : `a/${file}`;
  const to = after === null ? '/dev/null' : `b/${file}`;
  const mode = before === null ? 'new file mode 100644\n' : '';
  const gone = after === null ? 'deleted file mode 100644\n' : '';
  const lines = diffLines(splitLines(before ?? ''), splitLines(after ?? ''));
  const hunks = hunksOf(lines);
  if (hunks === '') return '';
  return `diff --git a/${file} b/${file}\n${mode}${gone}--- ${from}\n+++ ${to}\n${hunks}`;
}

function hunksOf(lines: readonly DiffLine[]): string {
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(line => line.mark !== ' ');
  let oldLine = 0;
  let newLine = 0;
  let text = '';
  for (let index = 0; index < lines.length;) {
    if (!near(index)) {
      oldLine += 1;
      newLine += 1;
      index += 1;
      continue;
    }
    const hunk: DiffLine[] = [];
    while (index < lines.length && near(index)) hunk.push(lines[index++]);
    const oldCount = hunk.filter(line => line.mark !== '+').length;
    const newCount = hunk.filter(line => line.mark !== '-').length;
    text += `@@ -${position(oldLine, oldCount)} +${position(newLine, newCount)} @@\n`;
    text += hunk.map(formatLine).join('');
    oldLine += oldCount;
    newLine += newCount;
  }
  return text;
}

function position(before: number, count: number): string {
  return `${count === 0 ? before : before + 1},${count}`;
}

function formatLine({ mark, text }: DiffLine): string {
  return mark + (text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`);
}
