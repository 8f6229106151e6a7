import { ts } from 'ts-morph';
import { referencesTo } from '../engine/bindings';
import type { OldBackend } from '../engine/old-backend/old-backend';
import { editorOf, indentOf, reindent } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { capturesOf } from './captured';

/** A function that was called when the old backend failed to start. */
export interface FailureHandler {
  readonly node: ts.Expression;
  readonly text: string;
}

/**
 * What a project does of its own when its backend does not start: the handler behind main(), or the one
 * behind `service.start()`. Undefined where it does no more than to say so and to end the process,
 * which a backend of the new system does by itself.
 */
export function failureHandlerOf(old: OldBackend): FailureHandler | undefined {
  const { module, main } = old;
  const { name } = main.declaration;
  const outside = module.sourceFile.statements.filter(
    each =>
      name &&
      ts.isIdentifier(name) &&
      ts.isExpressionStatement(each) &&
      referencesTo(module, name, each).length > 0,
  );
  const node = [...outside, main.body]
    .flatMap(each => handlersIn(old, each, each === main.body))
    .find(each => !isUsual(each));
  if (!node || capturesOf(old, node).length > 0) return undefined;
  const editor = editorOf(module);
  reindent(module, editor, node, -indentOf(module, node));
  return { node, text: editor.slice(node.getStart(module.sourceFile), node.getEnd()) };
}

/** The arguments of `.catch(...)` on a promise: of main() outside of it, of `start()` in it. */
function handlersIn(old: OldBackend, node: ts.Node, isMain: boolean): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isCallExpression(each) && ts.isPropertyAccessExpression(each.expression)) {
      const { name, expression } = each.expression;
      const isOfStart = !isMain || /\.start\(\s*\)$/.test(expression.getText());
      if (name.text === 'catch' && each.arguments.length === 1 && isOfStart) {
        found.push(each.arguments[0]);
      }
    }
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

/** True for a handler that only logs, sets the exit code and ends the process. */
function isUsual(handler: ts.Expression): boolean {
  if (!ts.isArrowFunction(handler) && !ts.isFunctionExpression(handler)) {
    return /^console\.\w+$/.test(handler.getText());
  }
  return ts.isBlock(handler.body)
    ? handler.body.statements.every(
        each => ts.isExpressionStatement(each) && isUsualCall(each.expression),
      )
    : isUsualCall(handler.body);
}

function isUsualCall(expression: ts.Expression): boolean {
  const call = unwrap(expression);
  if (ts.isBinaryExpression(call)) return call.left.getText() === 'process.exitCode';
  if (!ts.isCallExpression(call)) return false;
  return /^(console|[\w.]*(log|logger)|\w*Logger\(\))\.\w+$|^process\.exit$/i.test(
    call.expression.getText(),
  );
}
