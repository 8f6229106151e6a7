import { ts } from 'ts-morph';
import { quoted, type CodeStyle } from './code-style';

/** Routes that probes ask, which have no token. */
const PROBED = new Set(['/health', '/healthz', '/healthcheck', '/livez', '/readyz', '/ping']);

/** Response methods whose argument says what the answer is. */
const TYPE_SETTERS = new Set(['contentType', 'header', 'set', 'setHeader', 'type', 'writeHead']);

/**
 * The routes in some code that have to answer without a token: those that probes ask, and images, which
 * browsers load by themselves. A path that starts with a parameter is left out: its policy would open
 * everything.
 */
export function openRoutesIn(code: ts.Node): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'get'
    ) {
      const [path, ...handlers] = node.arguments;
      if (handlers.length > 0 && ts.isStringLiteralLike(path) && isOpen(path.text, handlers)) {
        found.push(path.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(code);
  return [...new Set(found)];
}

function isOpen(path: string, handlers: readonly ts.Expression[]): boolean {
  if (PROBED.has(path)) return true;
  return /^\/[\w.-]+(\/|$)/.test(path) && handlers.some(answersWithImage);
}

/** `'image/png'`, or `'png'` and `'.png'`, which `response.type()` takes as well. */
const IMAGE_TYPE = /['"`](image\/[\w.+-]+|\.?(gif|ico|jpe?g|png|svg|webp))['"`]/;

/** `response.setHeader('Content-Type', 'image/svg+xml')` and the like. */
function answersWithImage(node: ts.Node): boolean {
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    TYPE_SETTERS.has(node.expression.name.text) &&
    node.arguments.some(each => IMAGE_TYPE.test(each.getText()))
  ) {
    return true;
  }
  return ts.forEachChild(node, child => answersWithImage(child) || undefined) ?? false;
}

/** The statements that open them, as they stand inside init(). */
export function printPolicies(paths: readonly string[], style: CodeStyle): string {
  return paths
    .map(
      path =>
        '        httpRouter.addAuthPolicy({\n' +
        `          path: ${quoted(path, style)},\n` +
        `          allow: ${quoted('unauthenticated', style)},\n` +
        '        });\n',
    )
    .join('');
}
