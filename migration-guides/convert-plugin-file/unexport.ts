import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn, referencesTo } from '../engine/bindings';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import { defaultExpression, type FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { lineRange } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';

/** What a plugin's function is called in its file; undefined when it has no name. */
export function nameOf(plugin: FunctionWithBody): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(plugin)) return plugin.name;
  const variable = ts.findAncestor(plugin, ts.isVariableDeclaration);
  return variable &&
    ts.isIdentifier(variable.name) &&
    variable.initializer &&
    unwrap(variable.initializer) === plugin
    ? variable.name
    : undefined;
}

/** The statement of the file that a plugin's function is, or is in. */
export function statementOf(plugin: FunctionWithBody): ts.Statement {
  return ts.findAncestor(plugin, each => ts.isSourceFile(each.parent)) as ts.Statement;
}

/** The names under which other files can import a plugin's function. */
export function exportedNamesOf(module: ParsedModule, plugin: FunctionWithBody): Set<string> {
  const own = nameOf(plugin)?.text;
  const names = new Set(['default', '*', ...(own === undefined ? [] : [own])]);
  for (const each of specifiersOf(module, own)) names.add(each.name.text);
  return names;
}

/**
 * Takes the function out of the module's exports, and calls it what it does.
 *
 * @param usual - the name of one that has none, or that of `createPlugin`
 * @returns the name it has then
 * @throws Obstacle when the file has a default export besides it
 */
export function unexport(
  module: ParsedModule,
  editor: MagicString,
  plugin: FunctionWithBody,
  usual: string,
): string {
  const name = nameOf(plugin);
  assertNoOtherDefault(module, plugin, name?.text);
  const statement = statementOf(plugin);
  const whole = defaultExpression(statement);
  if (whole && !name) {
    const start = statement.getStart(module.sourceFile);
    const free = freeName(module, usual);
    editor.overwrite(start, whole.getStart(module.sourceFile), `const ${free} = `);
    return free;
  }
  const modifiers = (ts.canHaveModifiers(statement) && ts.getModifiers(statement)) || [];
  for (const modifier of modifiers) {
    const isExport =
      modifier.kind === ts.SyntaxKind.ExportKeyword ||
      modifier.kind === ts.SyntaxKind.DefaultKeyword;
    if (isExport) editor.remove(modifier.getStart(module.sourceFile), modifier.getEnd() + 1);
  }
  for (const each of module.sourceFile.statements) {
    if (name && exportsName(each, name.text)) removeLines(module, editor, each);
  }
  removeSpecifiers(module, editor, name?.text);
  return renamed(module, editor, plugin, usual);
}

/** `export default x;`, `export = x;` and `module.exports = x;` below the function. */
function exportsName(statement: ts.Statement, name: string): boolean {
  const exported = defaultExpression(statement);
  const value = exported && unwrap(exported);
  return value !== undefined && ts.isIdentifier(value) && value.text === name;
}

function assertNoOtherDefault(
  { sourceFile }: ParsedModule,
  plugin: FunctionWithBody,
  name: string | undefined,
): void {
  const own = statementOf(plugin);
  const isOther = (statement: ts.Statement): boolean => {
    if (statement === own || (name !== undefined && exportsName(statement, name))) return false;
    if (defaultExpression(statement)) return true;
    if (ts.isExportDeclaration(statement)) {
      const isOwn = (each: ts.ExportSpecifier) =>
        !statement.moduleSpecifier && (each.propertyName ?? each.name).text === name;
      return specifiersIn(statement).some(each => each.name.text === 'default' && !isOwn(each));
    }
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    return modifiers?.some(each => each.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
  };
  if (sourceFile.statements.some(isOther)) {
    throw new Obstacle('has another default export, where the plugin has to be', 'before');
  }
}

/** The parts of `export { x, y as default }` that stand for a function. */
function specifiersOf(module: ParsedModule, name: string | undefined): ts.ExportSpecifier[] {
  return module.sourceFile.statements
    .filter(ts.isExportDeclaration)
    .filter(({ moduleSpecifier }) => !moduleSpecifier)
    .flatMap(specifiersIn)
    .filter(each => (each.propertyName ?? each.name).text === name);
}

/** The parts of `export { x, y as z }`; none of `export *`. */
function specifiersIn({ exportClause }: ts.ExportDeclaration): readonly ts.ExportSpecifier[] {
  return exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : [];
}

function removeSpecifiers(
  module: ParsedModule,
  editor: MagicString,
  name: string | undefined,
): void {
  const gone = specifiersOf(module, name);
  for (const clause of new Set(gone.map(each => each.parent))) {
    const kept = clause.elements.filter(each => !gone.includes(each));
    if (kept.length === 0) removeLines(module, editor, clause.parent);
    else {
      const [first] = clause.elements;
      const text = kept.map(each => each.getText(module.sourceFile)).join(', ');
      const start = first.getStart(module.sourceFile);
      editor.overwrite(start, clause.elements[clause.elements.length - 1].getEnd(), text);
    }
  }
}

function removeLines(module: ParsedModule, editor: MagicString, statement: ts.Node): void {
  const { start, end } = lineRange(module, statement);
  editor.remove(start, end);
}

function freeName(module: ParsedModule, usual: string): string {
  const taken = new Set(identifiersIn(module.sourceFile).map(each => each.text));
  return [usual, `${usual}_`].find(each => !taken.has(each)) ?? `${usual}__`;
}

function renamed(
  module: ParsedModule,
  editor: MagicString,
  plugin: FunctionWithBody,
  usual: string,
): string {
  const name = nameOf(plugin);
  const free = freeName(module, usual);
  if (!name) {
    const keyword = plugin
      .getChildren(module.sourceFile)
      .find(each => each.kind === ts.SyntaxKind.FunctionKeyword);
    if (keyword) {
      editor.appendLeft(keyword.getEnd(), ` ${free}`);
      const space = /^ */.exec(module.text.slice(keyword.getEnd()))?.[0].length ?? 0;
      if (space > 0) editor.remove(keyword.getEnd(), keyword.getEnd() + space);
    }
    return free;
  }
  if (name.text !== 'createPlugin' || free !== usual) return name.text;
  for (const each of [name, ...referencesTo(module, name)]) {
    const isExported =
      ts.findAncestor(each, ts.isExportDeclaration) ??
      ts.findAncestor(each, node => ts.isStatement(node) && exportsName(node, name.text));
    if (!isExported) {
      editor.overwrite(each.getStart(module.sourceFile), each.getEnd(), usual);
    }
  }
  return usual;
}
