import { isMap, isScalar, parseDocument, type Document, type Scalar, type YAMLMap } from 'yaml';
import type { FileEdit } from './plan';
import type { SourceText } from './read-source';
import { fileEdit } from './source-edit';

/** Spaces for each level of what is added. */
const INDENT = 2;

/**
 * Sets a value in a YAML file that does not have it yet; everything else stays byte for byte.
 *
 * @returns undefined when there is something at that path already, or the place can not be found
 */
export function addToYaml(
  source: SourceText,
  path: readonly string[],
  value: string,
): FileEdit | undefined {
  const document = parseDocument(source.text);
  if (document.errors.length > 0 || document.hasIn(path)) return undefined;
  let depth = path.length - 1;
  while (depth > 0 && !isMap(document.getIn(path.slice(0, depth), true))) depth -= 1;
  const parent = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
  const pair = pairAt(document, path.slice(0, depth + 1));
  if (pair && isEmpty(pair.value)) return fillEmpty(source, pair, path.slice(depth + 1), value);
  if (pair) return undefined; // There is a value where a map would have to be.
  if (!isMap(parent)) return undefined;
  if (parent.items.length === 0 && depth > 0) {
    const own = pairAt(document, path.slice(0, depth));
    return own && fillEmpty(source, own, path.slice(depth), value);
  }
  if (parent.flow || parent.items.length === 0) return undefined;
  const column = columnOf(source.text, parent);
  const last = endOf(source.text, parent);
  if (column === undefined || last === undefined) return undefined;
  const end = afterComments(source.text, last, column);
  const lines = linesOf(path.slice(depth), value, column);
  const before = source.text.slice(0, end);
  const text =
    (before.endsWith('\n') ? before : `${before}\n`) + lines.join('') + source.text.slice(end);
  return fileEdit(source, text);
}

/** `a:` below `b:`, with the value beside the last of them. */
function linesOf(keys: readonly string[], value: string, column: number): string[] {
  return keys.map((key, index) => {
    const isLast = index === keys.length - 1;
    return `${' '.repeat(column + index * INDENT)}${key}:${isLast ? ` ${value}` : ''}\n`;
  });
}

interface KeyWithValue {
  readonly key: Scalar;
  readonly value: unknown;
}

/** A key and its value, where both are written out. */
function pairAt(document: Document, path: readonly string[]): KeyWithValue | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent) || parent.flow) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
  return pair && isScalar(pair.key) ? { key: pair.key, value: pair.value } : undefined;
}

/** True for `key:` and `key: {}`, which have room for what is added below. */
function isEmpty(value: unknown): boolean {
  if (value === null || (isScalar(value) && value.value === null)) return true;
  return isMap(value) && value.items.length === 0;
}

/** Writes below a key that has nothing yet. */
function fillEmpty(
  source: SourceText,
  { key, value }: KeyWithValue,
  keys: readonly string[],
  text: string,
): FileEdit | undefined {
  if (!key.range || keys.length === 0) return undefined;
  const column = key.range[0] - (source.text.lastIndexOf('\n', key.range[0] - 1) + 1);
  const lines = linesOf(keys, text, column + INDENT);
  const colon = source.text.indexOf(':', key.range[1]) + 1;
  const end = source.text.indexOf('\n', colon);
  const rest = source.text.slice(colon, end === -1 ? undefined : end);
  const kept = isMap(value)
    ? rest.replace(/^\s*\{\s*\}/, '')
    : rest.replace(/^\s*(null|~)(?=\s|$)/, '');
  const after = end === -1 ? '' : source.text.slice(end + 1);
  return fileEdit(source, `${source.text.slice(0, colon)}${kept}\n${lines.join('')}${after}`);
}

/** The column of a map's keys. */
function columnOf(text: string, map: YAMLMap): number | undefined {
  const [{ key }] = map.items;
  if (!isScalar(key) || !key.range) return undefined;
  return key.range[0] - (text.lastIndexOf('\n', key.range[0] - 1) + 1);
}

/** The position after the line on which a map's last value ends. */
function endOf(text: string, map: YAMLMap): number | undefined {
  const last = map.items.at(-1);
  const node = (last?.value ?? last?.key) as { range?: readonly number[] | null } | undefined;
  const end = node?.range?.[1];
  if (end === undefined) return undefined;
  if (text[end - 1] === '\n') return end;
  const line = text.indexOf('\n', end);
  return line === -1 ? text.length : line + 1;
}

/** The position after the comments that follow, as far as they are about keys of a deeper level. */
function afterComments(text: string, end: number, column: number): number {
  let position = end;
  let next = end;
  while (next < text.length) {
    const line = text.indexOf('\n', next);
    const until = line === -1 ? text.length : line + 1;
    const [, indent, rest] = /^(\s*)(.?)/.exec(text.slice(next, until).trimEnd()) ?? [];
    next = until;
    if (rest === '') continue;
    if (rest !== '#' || (indent ?? '').length <= column) break;
    position = until;
  }
  return position;
}
