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
  const json = ts.parseJsonText(source.file, source.text);
  const root = json.statements[0]?.expression;
  if (!root || !ts.isObjectLiteralExpression(root)) return undefined;
  const present = ['dependencies', 'devDependencies', 'peerDependencies']
    .flatMap(name => objectAt(root, name)?.properties ?? [])
    .map(nameOf);
  const missing = [...wanted].filter(([name]) => !present.includes(name));
  if (missing.length === 0) return undefined;
  const editor = new MagicString(source.text);
  const dependencies = objectAt(root, 'dependencies');
  if (dependencies && dependencies.properties.length > 0) {
    insertInto(editor, json, dependencies, missing);
  } else if (dependencies) {
    const indent = indentAt(source.text, dependencies.getStart(json));
    const lines = missing.map(each => `\n${indent}${indent}${entry(each)}`);
    editor.overwrite(
      dependencies.getEnd() - 1,
      dependencies.getEnd(),
      `${lines.join(',')}\n${indent}}`,
    );
  } else {
    const last = root.properties.at(-1);
    if (!last) return undefined;
    const indent = indentAt(source.text, last.getStart(json));
    const lines = missing.map(each => `\n${indent}${indent}${entry(each)}`);
    editor.appendLeft(last.getEnd(), `,\n${indent}"dependencies": {${lines.join(',')}\n${indent}}`);
  }
  return fileEdit(source, editor.toString());
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
