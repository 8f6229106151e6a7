import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { codeStyleOf, indented, printCall, quoted } from '../engine/code-style';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import { indentOf } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';
import { targetOfToken } from './token-target';

/**
 * Rewrites `const { token } = await tokenManager.getToken()` to a token of the plugin itself for the
 * plugin that is called with it.
 *
 * @param use - the `tokenManager` that getToken is called on
 * @param prefix - `env.` where services are reached through the environment
 * @throws Obstacle when it is used in another way, or the token for what is not known
 */
export function convertTokenManager(
  module: ParsedModule,
  editor: MagicString,
  use: ts.Expression,
  prefix: string,
): void {
  const call = use.parent.parent;
  const isCall =
    ts.isPropertyAccessExpression(use.parent) &&
    use.parent.expression === use &&
    use.parent.name.text === 'getToken' &&
    ts.isCallExpression(call) &&
    call.arguments.length === 0;
  if (!isCall) {
    throw new Obstacle('uses its token manager for more than getToken()', 'token-manager');
  }
  const token = tokenOf(call);
  const target = token && targetOfToken(module, token);
  if (target === undefined) {
    throw new Obstacle('makes a token, and which plugin it is for is not known', 'token-manager');
  }
  const indent = indentOf(module, call);
  const column = call.getStart(module.sourceFile) - lineStartOf(module, call);
  const printed = printCall(
    `${prefix}auth.getPluginRequestToken`,
    [
      {
        properties: [
          ['onBehalfOf', `await ${prefix}auth.getOwnServiceCredentials()`],
          ['targetPluginId', quoted(target, codeStyleOf(module))],
        ],
      },
    ],
    column,
  );
  editor.overwrite(call.getStart(module.sourceFile), call.getEnd(), indented(printed, indent));
}

/** The variable in `const { token } = await ...`. */
function tokenOf(call: ts.CallExpression): ts.Identifier | undefined {
  const declaration = ts.findAncestor(call, ts.isVariableDeclaration);
  if (!declaration?.initializer || unwrap(declaration.initializer) !== call) return undefined;
  if (!ts.isAwaitExpression(declaration.initializer)) return undefined;
  if (!ts.isObjectBindingPattern(declaration.name)) return undefined;
  const [element, ...others] = declaration.name.elements;
  const isToken =
    others.length === 0 && (element?.propertyName ?? element?.name)?.getText() === 'token';
  return isToken && ts.isIdentifier(element.name) ? element.name : undefined;
}

function lineStartOf(module: ParsedModule, node: ts.Node): number {
  return module.text.lastIndexOf('\n', node.getStart(module.sourceFile) - 1) + 1;
}
