import type { ParityDifference } from './difference';

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** Longer numbers may lose digits when they are read. */
const EXACT_DIGITS = 15;

/**
 * Finds a number that two JSON texts of the same value spell differently with so many digits that the
 * value was rounded when it was read.
 */
export function differentSpelling(left: string, right: string): ParityDifference | undefined {
  const [a, b] = [longNumbers(left), longNumbers(right)];
  const at = a.findIndex((number, i) => number !== b[i]);
  return at === -1 ? undefined : { part: 'body', path: '$ (number)', left: a[at], right: b[at] };
}

function longNumbers(text: string): string[] {
  const tokens = text.match(TOKEN) ?? [];
  return tokens.filter(token => token[0] !== '"' && token.length > EXACT_DIGITS).sort();
}
