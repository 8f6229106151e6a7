import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { lineRange } from '../engine/source-edit';

/**
 * Removes `router.use(errorHandler())`: the root HTTP router answers errors in the same words. One that is
 * a part of a longer statement, has options, or keeps errors from what the router uses after it, stays.
 */
export function dropErrorHandler(module: ParsedModule, editor: MagicString): void {
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && isErrorHandler(module, node.expression)) {
      if (!isLast(node)) return;
      const { start, end } = lineRange(module, node);
      editor.remove(start, end);
    } else ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
}

/** True when nothing that its router uses later would get the errors in its place. */
function isLast(statement: ts.ExpressionStatement): boolean {
  const { parent } = statement;
  if (!ts.isBlock(parent) && !ts.isSourceFile(parent)) return false;
  const [router] = statement.expression.getText().split('.');
  return parent.statements
    .slice(parent.statements.indexOf(statement) + 1)
    .every(each => !each.getText().includes(`${router}.use(`));
}

function isErrorHandler(module: ParsedModule, expression: ts.Expression): boolean {
  if (!ts.isCallExpression(expression) || expression.arguments.length !== 1) return false;
  const { expression: use } = expression;
  const isUse =
    ts.isPropertyAccessExpression(use) &&
    use.name.text === 'use' &&
    ts.isIdentifier(use.expression);
  const [handler] = expression.arguments;
  if (!isUse || !ts.isCallExpression(handler) || handler.arguments.length > 0) return false;
  const binding = importOf(module, handler.expression);
  return binding?.imported === 'errorHandler' && binding.module === '@backstage/backend-common';
}
