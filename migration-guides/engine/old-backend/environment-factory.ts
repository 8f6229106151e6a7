import { ts } from 'ts-morph';
import { declarationOf, referencesTo } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';
import type { EnvironmentFactory } from './old-backend';

/** The function `makeCreateEnv` behind a callee: one declared here that returns a function. */
export function findEnvironmentFactory(
  module: ParsedModule,
  callee: ts.Expression,
): EnvironmentFactory | undefined {
  if (!ts.isIdentifier(callee)) return undefined;
  const declaration = declarationOf(module, callee);
  const made = declaration && functionOf(declaration);
  if (!made) return undefined;
  const inner = returnedBy(made.body);
  if (!inner || !isFunction(inner) || inner.parameters.length === 0) return undefined;
  const returned = ts.isBlock(inner.body) ? returnedBy(inner.body) : unwrap(inner.body);
  const environment = returned && objectBehind(module, returned);
  return { ...made, inner, environment };
}

/** An object literal, or that of a constant which is only returned. */
function objectBehind(
  module: ParsedModule,
  expression: ts.Expression,
): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(expression)) return expression;
  const declaration = ts.isIdentifier(expression) && declarationOf(module, expression);
  if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
  const { name, initializer } = declaration;
  if (!initializer || !ts.isIdentifier(name)) return undefined;
  const isOnlyReturned = referencesTo(module, name).every(each => each === expression);
  const made = unwrap(initializer);
  return isOnlyReturned && ts.isObjectLiteralExpression(made) ? made : undefined;
}

function functionOf(
  declaration: ts.Declaration,
): Pick<EnvironmentFactory, 'declaration' | 'body'> | undefined {
  if (ts.isFunctionDeclaration(declaration)) {
    return declaration.body && { declaration, body: declaration.body };
  }
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const made = unwrap(declaration.initializer);
  return isFunction(made) && ts.isBlock(made.body) ? { declaration, body: made.body } : undefined;
}

function returnedBy(body: ts.Block): ts.Expression | undefined {
  const last = body.statements.at(-1);
  return last && ts.isReturnStatement(last) && last.expression
    ? unwrap(last.expression)
    : undefined;
}

function isFunction(node: ts.Expression): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}
