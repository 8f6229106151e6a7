import { diffLines } from '../diff-lines';

/**
 * Tells where a line of a text is after an edit; where the line itself was changed, the line that took
 * its place and has most of its words.
 *
 * @returns a function that takes a 0-based line, and words that the new line is expected to have, and
 * gives the 0-based line, at most the number of lines
 */
export function linesAfter(
  before: readonly string[],
  after: readonly string[],
): (line: number, about: string) => number {
  const lines = diffLines(before, after);
  return (line, about) => {
    let from = 0;
    let to = 0;
    for (const [index, { mark }] of lines.entries()) {
      if (from === line && mark === ' ') return to;
      if (from === line && mark === '-') {
        const end = lines.findIndex((each, at) => at > index && each.mark === ' ');
        const change = lines.slice(index, end === -1 ? undefined : end);
        const added = change.filter(each => each.mark === '+').map(each => each.text);
        return to + mostAlike(added, `${before[line]} ${about}`);
      }
      if (mark !== '+') from += 1;
      if (mark !== '-') to += 1;
    }
    return to;
  };
}

/** The index of the line that shares most words with a text; the first one where none does. */
function mostAlike(lines: readonly string[], text: string): number {
  const wanted = new Set(wordsIn(text));
  const shared = lines.map(each => new Set(wordsIn(each).filter(word => wanted.has(word))).size);
  return Math.max(0, shared.indexOf(Math.max(...shared)));
}

function wordsIn(text: string): string[] {
  return text.match(/[\w$-]{2,}/g) ?? [];
}
