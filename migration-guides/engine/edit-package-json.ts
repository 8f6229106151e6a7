import { ts } from 'ts-morph';
import type { FileEdit } from './plan';
import type { SourceText } from './read-source';
import { fileEdit } from './source-edit';
import MagicString from 'magic-string';

/**
 * Adds dependencies to a package.json, in alphabetical order, everything else byte for byte as it was.
 *
 * @param wanted - versions by package name; packages that are there already stay as they are
 */
export function addDependencies(
  source: SourceText,
  wanted: ReadonlyMap<string, string>,
): FileEdit | undefined {
  return fileEdit(source, withDependencies(source, wanted).text);
}

/** The package.json with further dependencies; the source itself when it has all of them. */
export function withDependencies(
  source: SourceText,
  wanted: ReadonlyMap<string, string>,
  section: 'dependencies' | 'devDependencies' = 'dependencies',
): SourceText {
  const json = ts.parseJsonText(source.file, source.text);
  const root = json.statements[0]?.expression;
  if (!root || !ts.isObjectLiteralExpression(root)) return source;
  const present = ['dependencies', 'devDependencies', 'peerDependencies']
    .flatMap(name => objectAt(root, name)?.properties ?? [])
    .map(nameOf);
  const missing = [...wanted]
    .filter(([name]) => !present.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (missing.length === 0) return source;
  const editor = new MagicString(source.text);
  const dependencies = objectAt(root, section);
  if (dependencies && dependencies.properties.length > 0) {
    insertInto(editor, json, dependencies, missing);
    return { ...source, text: editor.toString() };
  }
  return withProperty(source, [section], Object.fromEntries(missing));
}

/**
 * The package.json with a property set, at the end of its object where it is new. A value that is there
 * already is replaced.
 *
 * @param path - names of objects, made where they are missing, then of the property
 */
export function withProperty(
  source: SourceText,
  path: readonly string[],
  value: unknown,
): SourceText {
  const json = ts.parseJsonText(source.file, source.text);
  let object = json.statements[0]?.expression;
  if (!object || !ts.isObjectLiteralExpression(object)) return source;
  const editor = new MagicString(source.text);
  for (const [depth, name] of path.entries()) {
    const isLast = depth === path.length - 1;
    const found: ts.ObjectLiteralElementLike | undefined = object.properties.find(
      each => nameOf(each) === name,
    );
    if (!isLast && found && ts.isPropertyAssignment(found)) {
      if (!ts.isObjectLiteralExpression(found.initializer)) return source;
      object = found.initializer;
      continue;
    }
    const nested = path.slice(depth + 1).reduceRight((inner, key) => ({ [key]: inner }), value);
    if (found && ts.isPropertyAssignment(found)) {
      const indent = indentAt(source.text, found.getStart(json));
      const text = printed(nested, indent, indentUnit(source.text));
      editor.overwrite(found.initializer.getStart(json), found.initializer.getEnd(), text);
    } else append(editor, json, object, entryText(source.text, json, object, name, nested));
    break;
  }
  return editor.hasChanged() ? { ...source, text: editor.toString() } : source;
}

function append(
  editor: MagicString,
  json: ts.JsonSourceFile,
  object: ts.ObjectLiteralExpression,
  { text, indent }: { readonly text: string; readonly indent: string },
): void {
  const last = object.properties.at(-1);
  if (last) editor.appendLeft(last.getEnd(), `,\n${indent}${text}`);
  else {
    const closing = indentAt(json.text, object.getStart(json));
    editor.overwrite(object.getStart(json), object.getEnd(), `{\n${indent}${text}\n${closing}}`);
  }
}

function entryText(
  text: string,
  json: ts.JsonSourceFile,
  object: ts.ObjectLiteralExpression,
  name: string,
  value: unknown,
): { readonly text: string; readonly indent: string } {
  const unit = indentUnit(text);
  const first = object.properties[0];
  const indent = first
    ? indentAt(text, first.getStart(json))
    : indentAt(text, object.getStart(json)) + unit;
  return { text: `${JSON.stringify(name)}: ${printed(value, indent, unit)}`, indent };
}

function printed(value: unknown, indent: string, unit: string): string {
  return JSON.stringify(value, undefined, unit).replaceAll('\n', `\n${indent}`);
}

/** What the file indents by. */
function indentUnit(text: string): string {
  return /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
}

/** The package.json without a dependency; the source itself when it has none of that name. */
export function removeDependency(source: SourceText, name: string): SourceText {
  const json = ts.parseJsonText(source.file, source.text);
  const root = json.statements[0]?.expression;
  if (!root || !ts.isObjectLiteralExpression(root)) return source;
  const editor = new MagicString(source.text);
  for (const section of ['dependencies', 'devDependencies']) {
    const { properties = [] } = objectAt(root, section) ?? {};
    const index = properties.findIndex(each => nameOf(each) === name);
    if (index === -1) continue;
    const property = properties[index];
    if (index + 1 < properties.length) {
      editor.remove(property.getStart(json), properties[index + 1].getStart(json));
    } else {
      const start = index > 0 ? properties[index - 1].getEnd() : property.getFullStart();
      editor.remove(start, property.getEnd());
    }
  }
  return editor.hasChanged() ? { ...source, text: editor.toString() } : source;
}

/** The package.json with another range for a dependency that it has. */
export function setDependency(source: SourceText, name: string, range: string): SourceText {
  const json = ts.parseJsonText(source.file, source.text);
  const root = json.statements[0]?.expression;
  if (!root || !ts.isObjectLiteralExpression(root)) return source;
  const editor = new MagicString(source.text);
  for (const section of ['dependencies', 'devDependencies']) {
    const found = objectAt(root, section)?.properties.find(each => nameOf(each) === name);
    if (!found || !ts.isPropertyAssignment(found)) continue;
    const { initializer } = found;
    editor.overwrite(initializer.getStart(json), initializer.getEnd(), JSON.stringify(range));
  }
  return editor.hasChanged() ? { ...source, text: editor.toString() } : source;
}

function insertInto(
  editor: MagicString,
  json: ts.JsonSourceFile,
  dependencies: ts.ObjectLiteralExpression,
  missing: readonly (readonly [string, string])[],
): void {
  for (const wanted of missing) {
    const next = dependencies.properties.find(each => nameOf(each) > wanted[0]);
    const anchor = next ?? dependencies.properties[dependencies.properties.length - 1];
    const start = anchor.getStart(json);
    const indent = indentAt(json.text, start);
    if (next) editor.appendLeft(start, `${entry(wanted)},\n${indent}`);
    else editor.appendRight(anchor.getEnd(), `,\n${indent}${entry(wanted)}`);
  }
}

function objectAt(
  object: ts.ObjectLiteralExpression,
  name: string,
): ts.ObjectLiteralExpression | undefined {
  const found = object.properties.find(each => nameOf(each) === name);
  return found && ts.isPropertyAssignment(found) && ts.isObjectLiteralExpression(found.initializer)
    ? found.initializer
    : undefined;
}

function nameOf(property: ts.ObjectLiteralElementLike): string {
  return property.name && ts.isStringLiteral(property.name) ? property.name.text : '';
}

function indentAt(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}

function entry([name, version]: readonly [string, string]): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(version)}`;
}
