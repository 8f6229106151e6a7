import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import { GuideError } from '../engine/errors';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { readSource } from '../engine/read-source';

/** The functions whose result is a feature, not a function that makes one. */
export const FEATURE_MAKERS: ReadonlySet<string> = new Set([
  'createBackendFeatureLoader',
  'createBackendModule',
  'createBackendPlugin',
  'createServiceFactory',
]);

/** How many re-exports are followed. */
const DEPTH = 4;

/** True when what a file of the repository exports under a name is a feature itself. */
export function exportsFeature(
  root: string,
  from: string,
  specifier: string,
  name: string,
  depth = DEPTH,
): boolean {
  const file = depth > 0 ? resolveModule(root, from, specifier) : undefined;
  if (file === undefined) return false;
  try {
    return isFeature(root, parseModule(readSource(root, file)), name, depth);
  } catch (error) {
    if (error instanceof GuideError) return false; // Not readable: nothing is known of it.
    throw error;
  }
}

function isFeature(root: string, module: ParsedModule, name: string, depth: number): boolean {
  for (const statement of module.sourceFile.statements) {
    if (ts.isExportAssignment(statement) && name === 'default') {
      const { expression } = statement;
      return ts.isIdentifier(expression)
        ? isFeatureVariable(module, expression.text)
        : isMade(module, expression);
    }
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    const element = statement.exportClause.elements.find(each => each.name.text === name);
    if (!element) continue;
    const original = (element.propertyName ?? element.name).text;
    const { moduleSpecifier } = statement;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier)
      ? exportsFeature(root, module.file, moduleSpecifier.text, original, depth - 1)
      : isFeatureVariable(module, original);
  }
  return isFeatureVariable(module, name) || starExports(root, module, name, depth);
}

function starExports(root: string, module: ParsedModule, name: string, depth: number): boolean {
  return module.sourceFile.statements.some(
    each =>
      ts.isExportDeclaration(each) &&
      !each.exportClause &&
      each.moduleSpecifier !== undefined &&
      ts.isStringLiteral(each.moduleSpecifier) &&
      exportsFeature(root, module.file, each.moduleSpecifier.text, name, depth - 1),
  );
}

/** True for a variable at the top of a file that one of the functions has made. */
export function isFeatureVariable(module: ParsedModule, name: string): boolean {
  return module.sourceFile.statements
    .filter(ts.isVariableStatement)
    .flatMap(each => [...each.declarationList.declarations])
    .some(
      each =>
        ts.isIdentifier(each.name) &&
        each.name.text === name &&
        each.initializer !== undefined &&
        isMade(module, each.initializer),
    );
}

/** `createBackendPlugin({ ... })`: with a function as argument the result may have to be called. */
function isMade(module: ParsedModule, expression: ts.Expression): boolean {
  if (!ts.isCallExpression(expression)) return false;
  const [argument] = expression.arguments;
  const maker = importOf(module, expression.expression)?.imported;
  if (maker === undefined || !FEATURE_MAKERS.has(maker) || !argument) return false;
  return ts.isObjectLiteralExpression(argument) || isPlainCallback(argument);
}

/** A function without parameters that gives an object. */
export function isPlainCallback(
  node: ts.Node,
): node is ts.ArrowFunction & { readonly body: ts.ParenthesizedExpression } {
  return (
    ts.isArrowFunction(node) &&
    node.parameters.length === 0 &&
    ts.isParenthesizedExpression(node.body) &&
    ts.isObjectLiteralExpression(node.body.expression)
  );
}
