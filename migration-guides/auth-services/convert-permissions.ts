import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { declarationOf, importOf, referencesTo } from '../engine/bindings';
import { freeName } from '../engine/free-name';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import { unwrap } from '../engine/unwrap';

const QUESTIONS = new Set(['authorize', 'authorizeConditional']);

/** Where a caller's token was read and where it was handed to permissions. */
interface TokenInQuestion {
  readonly declaration: ts.VariableDeclaration & { readonly name: ts.Identifier };
  /** The request in `getBearerTokenFromAuthorizationHeader(req.header('authorization'))`. */
  readonly request: string;
}

/**
 * Rewrites `permissions.authorize(requests, { token })`, where the token is that of a request, to the
 * credentials of the request.
 *
 * @param uses - every use of `permissions`
 * @param prefix - `env.` where services are reached through the environment
 * @throws Obstacle when permissions are used in another way, or the token comes from elsewhere
 */
export function convertPermissions(
  module: ParsedModule,
  editor: MagicString,
  uses: readonly ts.Expression[],
  prefix: string,
): void {
  const handed = uses.map(each => tokenHandedTo(each));
  const tokens = new Map(handed.map(each => [declarationOf(module, each), each]));
  const named = new Map<ts.Node | undefined, number>();
  for (const [declaration, token] of tokens) {
    const read = readFrom(module, declaration);
    const references = read ? referencesTo(module, read.declaration.name) : [];
    if (!read || references.length === 0 || references.some(each => !handed.includes(each))) {
      throw new Obstacle(
        `asks for permissions with ${token.text}, which is used for more or comes from elsewhere`,
        'permissions',
      );
    }
    const scope = ts.findAncestor(read.declaration, ts.isFunctionLike);
    const count = (named.get(scope) ?? 0) + 1;
    named.set(scope, count);
    const name = freeName(module, count === 1 ? 'credentials' : `credentials${count}`);
    editor.overwrite(
      read.declaration.getStart(module.sourceFile),
      read.declaration.getEnd(),
      `${name} = await ${prefix}httpAuth.credentials(${read.request})`,
    );
    for (const each of references) {
      const property = each.parent;
      editor.overwrite(
        property.getStart(module.sourceFile),
        property.getEnd(),
        name === 'credentials' ? name : `credentials: ${name}`,
      );
    }
  }
}

/** The variable in `permissions.authorize(requests, { token })`. */
function tokenHandedTo(use: ts.Expression): ts.Identifier {
  const access = use.parent;
  const call = access.parent;
  const isQuestion =
    ts.isPropertyAccessExpression(access) &&
    access.expression === use &&
    QUESTIONS.has(access.name.text) &&
    ts.isCallExpression(call) &&
    call.expression === access;
  const options = isQuestion ? call.arguments[1] : undefined;
  const property =
    options && ts.isObjectLiteralExpression(options) && options.properties.length === 1
      ? options.properties[0]
      : undefined;
  if (property?.name?.getText() === 'token') {
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
    if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.initializer)) {
      return property.initializer;
    }
  }
  throw new Obstacle('uses permissions in a way that is not understood', 'permissions');
}

function readFrom(
  module: ParsedModule,
  declaration: ts.Declaration | undefined,
): TokenInQuestion | undefined {
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
    return undefined;
  }
  const call = unwrap(declaration.initializer);
  const around = ts.findAncestor(declaration, ts.isFunctionLike);
  const isAsync =
    around !== undefined &&
    (ts.getCombinedModifierFlags(around as ts.Declaration) & ts.ModifierFlags.Async) !== 0;
  if (!isAsync || !ts.isCallExpression(call) || !ts.isIdentifier(declaration.name)) {
    return undefined;
  }
  const isReader =
    importOf(module, call.expression)?.imported === 'getBearerTokenFromAuthorizationHeader';
  const request = isReader && call.arguments[0] ? requestIn(call.arguments[0]) : undefined;
  return request === undefined
    ? undefined
    : { declaration: declaration as TokenInQuestion['declaration'], request };
}

/** The request in `req.header('authorization')`, `req.headers.authorization` and the like. */
function requestIn(expression: ts.Expression): string | undefined {
  const match =
    /^(\w+)\.(?:header\(['"]authorization['"]\)|get\(['"]authorization['"]\)|headers\.authorization|headers\[['"]authorization['"]\])$/i.exec(
      expression.getText(),
    );
  return match?.[1];
}
