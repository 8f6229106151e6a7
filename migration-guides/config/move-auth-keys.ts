import MagicString from 'magic-string';
import { isMap, isScalar, isSeq, type YAMLSeq } from 'yaml';
import {
  columnAt,
  findPair,
  indented,
  nextLine,
  pairAt,
  rangeOf,
  type ConfigFile,
} from './yaml-place';

const KEYS = ['backend', 'auth', 'keys'];
const EXTERNAL = ['backend', 'auth', 'externalAccess'];

/** The name that callers with one of the keys have had in the new system. */
const SUBJECT = 'external:backstage-plugin';

/** A file's new text, or what keeps it from changing. */
export type ConfigChange = { readonly text: string } | { readonly obstacle: string };

export function hasAuthKeys({ document }: ConfigFile): boolean {
  return document.hasIn(KEYS);
}

export function hasExternalAccess({ document }: ConfigFile): boolean {
  return document.hasIn(EXTERNAL);
}

/** Makes the entries of `backend.auth.keys` such of `backend.auth.externalAccess`. */
export function moveAuthKeys({ source, document }: ConfigFile): ConfigChange {
  const { text } = source;
  const pair = pairAt(document, KEYS);
  const list = pair?.value;
  const key = rangeOf(pair?.key);
  if (!isSeq(list) || list.flow || list.items.length === 0 || !key) {
    return { obstacle: 'backend.auth.keys is not a list with an entry on each line' };
  }
  const starts = list.items.map(each => secretStart(each));
  if (starts.some(each => each === undefined)) {
    return { obstacle: 'backend.auth.keys has entries with more than a secret' };
  }
  const editor = new MagicString(text);
  for (const [index, start = 0] of starts.entries()) {
    const end = rangeOf(list.items[index])?.[1] ?? start;
    const column = columnAt(text, start);
    const lines = ['type: legacy', 'options:', `  subject: ${SUBJECT}`, '  '];
    editor.appendLeft(start, lines.join(`\n${' '.repeat(column)}`));
    const rest = nextLine(text, start);
    if (rest < end) editor.overwrite(rest, end, indented(text.slice(rest, end), 2));
  }
  const existing = pairAt(document, EXTERNAL)?.value;
  if (existing === undefined) {
    editor.overwrite(key[0], key[1], 'externalAccess');
    return { text: editor.toString() };
  }
  if (!isSeq(existing) || existing.flow || existing.items.length === 0) {
    return { obstacle: 'backend.auth.externalAccess is not a list with entries' };
  }
  return { text: joinLists(text, editor.toString(), key[0], list, existing) };
}

/** The position of the key `secret` of an entry that has nothing else. */
function secretStart(item: unknown): number | undefined {
  if (!isMap(item) || item.flow || item.items.length !== 1) return undefined;
  const secret = findPair(item, 'secret');
  return isScalar(secret?.key) ? rangeOf(secret.key)?.[0] : undefined;
}

/** Puts the rewritten entries after those that are there already. */
function joinLists(
  before: string,
  after: string,
  keyStart: number,
  keys: YAMLSeq,
  existing: YAMLSeq,
): string {
  const [start, end] = lineRange(before, keyStart, keys);
  const grown = after.length - before.length;
  const moved = after.slice(start, end + grown);
  const entries = moved.slice(moved.indexOf('\n') + 1);
  const by = columnOf(before, existing) - columnOf(before, keys);
  const shifted =
    by >= 0 ? indented(entries, by) : entries.replaceAll(new RegExp(`^ {${-by}}`, 'gm'), '');
  const last = nextLine(before, rangeOf(existing.items.at(-1))?.[1] ?? 0);
  const without = (from: number, to: number): string =>
    from < end && start < to
      ? before.slice(from, start) + before.slice(end, to)
      : before.slice(from, to);
  const head = without(0, last);
  return (head.endsWith('\n') ? head : `${head}\n`) + shifted + without(last, before.length);
}

/** From the line of the key to the end of the list. */
function lineRange(text: string, keyStart: number, list: YAMLSeq): [number, number] {
  const start = text.lastIndexOf('\n', keyStart - 1) + 1;
  return [start, nextLine(text, rangeOf(list.items.at(-1))?.[1] ?? keyStart)];
}

/** The column of a list's dashes. */
function columnOf(text: string, list: YAMLSeq): number {
  const start = rangeOf(list.items[0])?.[0] ?? 0;
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return line.indexOf('-');
}
