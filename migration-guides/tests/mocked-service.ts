import { ts } from 'ts-morph';
import { declarationOf, importOf, referencesTo } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { unwrap } from '../engine/unwrap';

/** Services whose mock in a test backend is the one that `mockServices.x()` gives. */
const SAME_MOCKS = new Set(['auth', 'discovery', 'httpAuth', 'userInfo']);

/**
 * What a test backend has by itself in place of an option that a test makes by hand: the declarations
 * that are not needed any more; undefined when it has something else.
 *
 * @param service - the core service that the plugin gives the router as this option
 */
export function mockedService(
  module: ParsedModule,
  service: string,
  value: ts.Expression,
): readonly ts.Statement[] | undefined {
  if (service === 'logger') return isVoidLogger(module, value) ? [] : undefined;
  if (service === 'database') return databaseInMemory(module, value);
  const isMock =
    SAME_MOCKS.has(service) && value.getText(module.sourceFile) === `mockServices.${service}()`;
  return isMock ? [] : undefined;
}

function isVoidLogger(module: ParsedModule, value: ts.Expression): boolean {
  if (!ts.isCallExpression(value) || value.arguments.length > 0) return false;
  return (
    importOf(module, value.expression)?.imported === 'getVoidLogger' ||
    value.expression.getText() === 'mockServices.logger.mock'
  );
}

/** `DatabaseManager.fromConfig(...).forPlugin('x')` in memory, by itself or as what a name stands for. */
function databaseInMemory(
  module: ParsedModule,
  value: ts.Expression,
): readonly ts.Statement[] | undefined {
  const made = unwrap(value);
  if (isManagerInMemory(module, made)) return [];
  const name = ts.isCallExpression(made) && made.arguments.length === 0 ? made.expression : made;
  const declaration = ts.isIdentifier(name) ? declarationOf(module, name) : undefined;
  const result = declaration && resultOf(declaration, ts.isCallExpression(made));
  const statement = declaration && ts.findAncestor(declaration, ts.isStatement);
  const isOnly =
    declaration !== undefined && ts.isIdentifier(name) && referencesTo(module, name).length === 0;
  return result && statement && isOnly && isManagerInMemory(module, result)
    ? [statement]
    : undefined;
}

/** What a constant is, or what a function without parameters gives. */
function resultOf(declaration: ts.Declaration, isCalled: boolean): ts.Expression | undefined {
  let made: ts.Node = declaration;
  if (ts.isVariableDeclaration(declaration)) {
    const { parent, initializer } = declaration;
    if (!ts.isVariableDeclarationList(parent) || parent.declarations.length > 1) return undefined;
    if (!initializer) return undefined;
    made = unwrap(initializer);
  }
  if (!isCalled) return ts.isExpression(made) ? made : undefined;
  if (!ts.isFunctionDeclaration(made) && !ts.isArrowFunction(made)) return undefined;
  if (!made.body || !ts.isBlock(made.body)) return made.body;
  const [statement, ...others] = made.body.statements;
  return statement && others.length === 0 && ts.isReturnStatement(statement)
    ? statement.expression
    : undefined;
}

function isManagerInMemory(module: ParsedModule, value: ts.Expression): boolean {
  const manager = calledOn(unwrap(value), 'forPlugin');
  const made = manager && unwrap(manager);
  const owner = made && calledOn(made, 'fromConfig');
  if (!made || !owner || importOf(module, owner)?.imported !== 'DatabaseManager') return false;
  const [config] = (made as ts.CallExpression).arguments;
  const text = config?.getText(module.sourceFile) ?? '';
  return /client:\s*['"](better-)?sqlite3['"]/.test(text) && /['"]:memory:['"]/.test(text);
}

/** What a method is called on. */
function calledOn(value: ts.Expression, method: string): ts.Expression | undefined {
  return ts.isCallExpression(value) &&
    ts.isPropertyAccessExpression(value.expression) &&
    value.expression.name.text === method
    ? value.expression.expression
    : undefined;
}
