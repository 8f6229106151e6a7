import { ts } from 'ts-morph';
import { quoted, type CodeStyle } from '../engine/code-style';
import type { ParsedModule } from '../engine/parse-module';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';

/** Routes that probes ask, which have no token. */
const PROBED = new Set(['/health', '/healthz', '/healthcheck', '/livez', '/readyz', '/ping']);

/** The routes of a plugin that have to answer without a token. */
export function openRoutesOf(module: ParsedModule, plugin: FunctionWithBody): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'get'
    ) {
      const [path, handler] = node.arguments;
      if (handler && ts.isStringLiteralLike(path) && PROBED.has(path.text)) found.push(path.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(plugin.body);
  return found;
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
