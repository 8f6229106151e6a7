import { isMap, isScalar, parseDocument, type Document, type Pair, type YAMLMap } from 'yaml';
import type { SourceText } from '../engine/read-source';

/** A configuration file and its structure. */
export interface ConfigFile {
  readonly source: SourceText;
  readonly document: Document;
}

/** What is wrong with a file, when its structure can not be told. */
export function readConfigFile(source: SourceText): ConfigFile | string {
  const document = parseDocument(source.text);
  const [error] = document.errors;
  return error ? `does not parse: ${error.message.split('\n')[0]}` : { source, document };
}

/** A key with its value, at a path of keys; undefined where there is none. */
export function pairAt(document: Document, path: readonly string[]): Pair | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  return isMap(parent) ? findPair(parent, path[path.length - 1]) : undefined;
}

export function findPair(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

/** Where a node starts and its value ends in the text. */
export function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range ? [range[0], range[1]] : undefined;
}

/** Spaces in front of a position on its line. */
export function columnAt(text: string, position: number): number {
  return position - (text.lastIndexOf('\n', position - 1) + 1);
}

/** The start of the line after the one that a position is on, or after the end of a value. */
export function nextLine(text: string, position: number): number {
  if (text[position - 1] === '\n') return position;
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end + 1;
}

/** Moves lines to the right; empty ones stay. */
export function indented(lines: string, by: number): string {
  return lines.replaceAll(/^(?=[^\n])/gm, ' '.repeat(by));
}
