import { ts } from 'ts-morph';

/** True for the first argument of `use` when it says where a router is mounted. */
export function isPath(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isArrayLiteralExpression(node) || ts.isRegularExpressionLiteral(node)) return true;
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** The variable in `/${id}`. */
export function variablePath(node: ts.Expression): string | undefined {
  if (!ts.isTemplateExpression(node) || node.head.text !== '/') return undefined;
  const [span, ...more] = node.templateSpans;
  const isWhole = more.length === 0 && span.literal.text === '';
  return isWhole && ts.isIdentifier(span.expression) ? span.expression.text : undefined;
}

/** An address below the one of the router that it is mounted on. */
export function joinPath(prefix: string, path: string): string {
  return path === '/' || path === ''
    ? prefix
    : `${prefix}${path.startsWith('/') ? '' : '/'}${path}`;
}
