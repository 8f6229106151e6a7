import { ts } from 'ts-morph';
import { declarationOf } from '../bindings';
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
  const environment = ts.isBlock(inner.body) ? returnedBy(inner.body) : unwrap(inner.body);
  return {
    ...made,
    environment: environment && ts.isObjectLiteralExpression(environment) ? environment : undefined,
  };
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
