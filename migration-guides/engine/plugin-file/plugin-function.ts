import { ts } from 'ts-morph';
import { declarationOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';

export type FunctionWithBody = (
  ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction
) & { readonly body: ts.ConciseBody };

/** The names under which a plugin file offers its function when it has no default export. */
const USUAL_NAMES = ['createRouter', 'createPlugin'];

/**
 * The function that makes a plugin's router: the default export, or the named one.
 *
 * @param exported - `default`, or the name that index.ts imports
 */
export function findPluginFunction(
  module: ParsedModule,
  exported = 'default',
): FunctionWithBody | undefined {
  const names = exported === 'default' ? ['default', ...USUAL_NAMES] : [exported];
  for (const name of names) {
    const found = exportedAs(module, name);
    if (found) return found;
  }
  return undefined;
}

function exportedAs(module: ParsedModule, name: string): FunctionWithBody | undefined {
  for (const statement of module.sourceFile.statements) {
    if (name === 'default') {
      const whole = defaultExpression(statement);
      if (whole) return functionBehind(module, whole);
    }
    if (ts.isExportDeclaration(statement)) {
      const own = listedAs(statement, name);
      const found = own && functionBehind(module, own);
      if (found) return found;
    }
    if (ts.isFunctionDeclaration(statement) && has(statement, ts.SyntaxKind.ExportKeyword)) {
      const own = has(statement, ts.SyntaxKind.DefaultKeyword) ? 'default' : statement.name?.text;
      if (own === name && withBody(statement)) return statement;
    }
    if (ts.isVariableStatement(statement) && has(statement, ts.SyntaxKind.ExportKeyword)) {
      const found = statement.declarationList.declarations.find(
        each => ts.isIdentifier(each.name) && each.name.text === name,
      );
      if (found?.initializer) return functionBehind(module, found.initializer);
    }
  }
  return undefined;
}

/** What `export default x`, `export = x` or `module.exports = x` exports. */
export function defaultExpression(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isExportAssignment(statement)) return statement.expression;
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  const isAssignment =
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    /^(module\.exports(\.default)?|exports\.default)$/.test(expression.left.getText());
  return isAssignment ? expression.right : undefined;
}

/** The name of the file itself in `export { x as name }`. */
function listedAs(statement: ts.ExportDeclaration, name: string): ts.Identifier | undefined {
  const { exportClause, moduleSpecifier } = statement;
  if (moduleSpecifier || !exportClause || !ts.isNamedExports(exportClause)) return undefined;
  const found = exportClause.elements.find(each => each.name.text === name);
  const own = found && (found.propertyName ?? found.name);
  return own && ts.isIdentifier(own) ? own : undefined;
}

function functionBehind(
  module: ParsedModule,
  expression: ts.Expression,
): FunctionWithBody | undefined {
  const inner = unwrap(expression);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) return inner;
  if (!ts.isIdentifier(inner)) return undefined;
  const declaration = variableBehind(module, inner);
  if (!declaration) return undefined;
  if (ts.isFunctionDeclaration(declaration)) {
    return withBody(declaration) ? declaration : undefined;
  }
  return ts.isVariableDeclaration(declaration) && declaration.initializer
    ? functionBehind(module, declaration.initializer)
    : undefined;
}

/** In `export { x as default }`, the checker takes a name for the export that it is a part of. */
function variableBehind(module: ParsedModule, name: ts.Identifier): ts.Declaration | undefined {
  if (!ts.isExportSpecifier(name.parent)) return declarationOf(module, name);
  return module.checker.getExportSpecifierLocalTargetSymbol(name.parent)?.declarations?.[0];
}

function withBody(
  declaration: ts.FunctionDeclaration,
): declaration is ts.FunctionDeclaration & { readonly body: ts.Block } {
  return declaration.body !== undefined;
}

function has(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some(each => each.kind === kind) ?? false;
}
