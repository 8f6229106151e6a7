import type { FileEdit, MigrationPlan } from './plan';

/** Unchanged lines around a change. */
const CONTEXT = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

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

/** Lines with their ends: a last line without one differs from one with. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The shortest edit of whole lines, by longest common subsequence of what is left between equal ends. */
function diffLines(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (text: string): Line => ({ mark: ' ', text });
  return [
    ...before.slice(0, head).map(same),
    ...diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function diffMiddle(before: readonly string[], after: readonly string[]): Line[] {
  const lengths = commonLengths(before, after);
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      lines.push({ mark: '-', text: before[i] });
      i += 1;
    } else {
      lines.push({ mark: '+', text: after[j] });
      j += 1;
    }
  }
  return lines;
}

/** `lengths[i][j]`: how many lines `before` from i and `after` from j have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const lengths = Array.from(
    { length: before.length + 1 },
    () => new Uint32Array(after.length + 1),
  );
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i][j] =
        before[i] === after[j]
          ? lengths[i + 1][j + 1] + 1
          : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

function hunksOf(lines: readonly Line[]): string {
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
    const hunk: Line[] = [];
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

function formatLine({ mark, text }: Line): string {
  return mark + (text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`);
}
