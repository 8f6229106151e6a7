import { ts } from 'ts-morph';
import { unwrap } from '../unwrap';

const LOGGING =
  /^(console|[\w.]*(log|logger)|\w*Logger\(\))\.(debug|info|log|warn|error|trace|verbose)$/i;

/** True for a statement that writes to the log and does nothing else: once, or for each of a list. */
export function onlyLogs(node: ts.Statement): boolean {
  return ts.isExpressionStatement(node) && logs(node.expression);
}

function logs(expression: ts.Expression): boolean {
  const call = unwrap(expression);
  if (!ts.isCallExpression(call)) return false;
  if (LOGGING.test(call.expression.getText())) return call.arguments.every(isRead);
  const [each] = call.arguments;
  return (
    ts.isPropertyAccessExpression(call.expression) &&
    call.expression.name.text === 'forEach' &&
    isRead(call.expression.expression) &&
    each !== undefined &&
    ts.isArrowFunction(each) &&
    (ts.isBlock(each.body) ? each.body.statements.every(onlyLogs) : logs(each.body))
  );
}

/** True for what changes nothing: values, their properties, and lists made of lists. */
function isRead(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node) || ts.isNewExpression(node) || ts.isDeleteExpression(node)) {
    return false;
  }
  if (ts.isPostfixUnaryExpression(node)) return false;
  if (ts.isBinaryExpression(node) && node.operatorToken.getText().endsWith('=')) {
    return ['==', '===', '!=', '!==', '<=', '>='].includes(node.operatorToken.getText());
  }
  if (ts.isCallExpression(node)) {
    const callee = node.expression;
    const isList =
      ts.isPropertyAccessExpression(callee) &&
      ['map', 'filter', 'join', 'toString', 'keys', 'entries', 'values', 'stringify'].includes(
        callee.name.text,
      );
    if (!isList) return false;
  }
  return ts.forEachChild(node, child => (isRead(child) ? undefined : true)) === undefined;
}
