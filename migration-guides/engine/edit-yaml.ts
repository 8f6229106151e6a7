import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
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
  if (!isMap(parent) || parent.flow || parent.items.length === 0) return undefined;
  const column = columnOf(source.text, parent);
  const end = endOf(source.text, parent);
  if (column === undefined || end === undefined) return undefined;
  const missing = path.slice(depth);
  const lines = missing.map((key, index) => {
    const isLast = index === missing.length - 1;
    return `${' '.repeat(column + index * INDENT)}${key}:${isLast ? ` ${value}` : ''}\n`;
  });
  const before = source.text.slice(0, end);
  const text =
    (before.endsWith('\n') ? before : `${before}\n`) + lines.join('') + source.text.slice(end);
  return fileEdit(source, text);
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
