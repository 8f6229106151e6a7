/** The comment at a spot that is left to a person. */
export interface ManualComment {
  /** 0-based line it stands on. */
  readonly line: number;
  /** What it says, without the characters that make it a comment. */
  readonly text: string;
  /** Step of the guide it names. */
  readonly step: string;
}

/** `TODO(name):` is what linters and editors list. */
const COMMENT = /^[ \t]*(?:\/\/|#)[ \t]*(TODO\(forklift\): .* See forklift guide ([\w-]+)\S*)\s*$/;

/** How much of a reason a comment holds: compilers can be long-winded. */
const LENGTH = 160;

/**
 * What the comment at a spot says, on one line. Line numbers of the report are left out, which the next
 * edit would make wrong.
 *
 * @param guide - step and heading: `lift#computed-paths`
 */
export function manualText(reason: string, guide: string): string {
  const plain = reason
    .replaceAll(/\bline \d+: |(?<=\.[cm]?[jt]sx?):\d+(:\d+)?/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const sentence =
    plain.length <= LENGTH ? plain : `${plain.slice(0, LENGTH).replace(/\W+\w*$/, '')}…`;
  const end = /[.!?…]$/.test(sentence) ? '' : '.';
  return `TODO(forklift): ${sentence}${end} See forklift guide ${guide}`;
}

/** The comments of that kind among the lines of a file. */
export function manualCommentsIn(lines: readonly string[]): ManualComment[] {
  return lines.flatMap((each, line) => {
    const [, text, step] = COMMENT.exec(each) ?? [];
    return text === undefined ? [] : [{ line, text, step }];
  });
}
