import { posix } from 'node:path';
import { ts } from 'ts-morph';
import { identifiersIn, importsOf } from '../engine/bindings';
import type { NewImport } from '../engine/edit-imports';
import { importersOf, importsFile } from '../engine/imported-elsewhere';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { readSource } from '../engine/read-source';

/**
 * Checks that a plugin's function can be given another argument, and another name.
 *
 * @param serves - whether it has to make a router
 * @throws Obstacle when it has overloads, a type that is written beside it, or returns nothing
 */
export function assertConvertible(
  plugin: FunctionWithBody,
  sourceFile: ts.SourceFile,
  serves: boolean,
): void {
  if (serves && !returnsSomething(plugin.body)) {
    throw new Obstacle('returns no router', 'background');
  }
  const isDeclaration = ts.isFunctionDeclaration(plugin);
  const name = isDeclaration ? plugin.name?.text : undefined;
  const declared = sourceFile.statements.filter(
    each => ts.isFunctionDeclaration(each) && each.name?.text === name,
  );
  if (isDeclaration && declared.length > 1) {
    throw new Obstacle('has a function with several signatures', 'before');
  }
  for (let node: ts.Node = plugin; !ts.isSourceFile(node); node = node.parent) {
    const isTyped =
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isTypeAssertionExpression(node) ||
      (ts.isVariableDeclaration(node) && node.type !== undefined);
    if (isTyped) throw new Obstacle('has a function whose type is written beside it', 'before');
  }
}

/** True when a function gives something back, other functions inside of it left out. */
function returnsSomething(body: ts.ConciseBody): boolean {
  if (!ts.isBlock(body)) return true;
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node) && node.expression) return true;
    return ts.forEachChild(node, child => visit(child) || undefined) ?? false;
  };
  return visit(body);
}

/**
 * Checks that names can be imported.
 *
 * @throws Obstacle when the file has something else of such a name
 */
export function assertImportable(module: ParsedModule, added: readonly NewImport[]): void {
  for (const { module: from, name } of added) {
    const isPresent = importsOf(module).some(
      each => each.module === from && each.imported === name && each.local.text === name,
    );
    if (!isPresent && identifiersIn(module.sourceFile).some(each => isNamed(each, name))) {
      throw new Obstacle(`has a ${name} of its own`, 'before');
    }
  }
}

/** True where a declaration gives something a name. */
function isNamed(identifier: ts.Identifier, name: string): boolean {
  const { parent } = identifier;
  if (identifier.text !== name || !ts.isDeclarationStatement(parent)) {
    const isVariable =
      ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent);
    return identifier.text === name && isVariable && parent.name === identifier;
  }
  return parent.name === identifier;
}

/**
 * Checks that nothing but the one line of index.ts uses the function, which will no longer be there.
 *
 * @param gone - the names under which the function is exported, and those that stand for all
 * @throws Obstacle when another file of the backend imports it, or index.ts does once more
 */
export function assertNotImported(
  { project, backend, feature, file = '' }: LiftedPlugin,
  gone: ReadonlySet<string>,
): void {
  const { root, index } = project;
  const { text } = backend.module;
  const rest = text.slice(0, feature.statement.pos) + text.slice(feature.statement.end);
  if (importsFile(root, index, rest, file)) {
    throw new Obstacle(`has a function that ${index} uses elsewhere as well`, 'before');
  }
  const folder = posix.join(project.backend, 'src');
  for (const each of importersOf(project.root, folder, file, [project.index])) {
    const module = parseModule(readSource(project.root, each));
    const takes =
      importsOf(module).some(
        ({ imported, module: from }) =>
          gone.has(imported) && resolveModule(project.root, each, from) === file,
      ) || module.sourceFile.statements.some(own => passesOn(project.root, each, own, file, gone));
    if (takes) throw new Obstacle(`has a function that ${each} imports`, 'before');
  }
}

/** `export { default } from './notes'` and `export * from './notes'`. */
function passesOn(
  root: string,
  from: string,
  statement: ts.Statement,
  file: string,
  gone: ReadonlySet<string>,
): boolean {
  if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) return false;
  const { exportClause, moduleSpecifier } = statement;
  if (!ts.isStringLiteral(moduleSpecifier)) return false;
  if (resolveModule(root, from, moduleSpecifier.text) !== file) return false;
  return exportClause && ts.isNamedExports(exportClause)
    ? exportClause.elements.some(each => gone.has((each.propertyName ?? each.name).text))
    : true;
}
