import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { referencesTo } from '../engine/bindings';
import { indented, printCall, type Code } from '../engine/code-style';
import { freeName } from '../engine/free-name';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import { indentOf } from '../engine/source-edit';
import { unwrap } from '../engine/unwrap';

/** Callers that the old identity service let through; it answered undefined for all but users. */
const ALLOWED: Code = { properties: [['allow', "['user', 'service', 'none']"]] };

const TESTS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/**
 * Rewrites `const caller = await identity.getIdentity({ request })` to credentials, and
 * `caller.identity.userEntityRef` to `caller.userEntityRef`.
 *
 * @param use - the `identity` that getIdentity is called on
 * @param prefix - `env.` where services are reached through the environment
 * @throws Obstacle when the identity is used in another way
 */
export function convertIdentity(
  module: ParsedModule,
  editor: MagicString,
  use: ts.Expression,
  prefix: string,
): void {
  const call = use.parent.parent;
  const request = ts.isCallExpression(call) ? requestOf(module, use, call) : undefined;
  if (!request) {
    throw new Obstacle('uses identity in a way other than getIdentity({ request })', 'identity');
  }
  const statement = ts.findAncestor(call, ts.isVariableStatement);
  const [declaration] = statement?.declarationList.declarations ?? [];
  const isWhole =
    statement?.declarationList.declarations.length === 1 &&
    declaration?.initializer !== undefined &&
    unwrap(declaration.initializer) === call &&
    ts.isIdentifier(declaration.name);
  if (!isWhole || !statement || !ts.isIdentifier(declaration.name)) {
    throw new Obstacle('uses the result of getIdentity without a variable', 'identity');
  }
  const user = declaration.name;
  for (const reference of referencesTo(module, user)) simplify(module, editor, reference);
  const credentials = freeName(module, `${user.text}Credentials`);
  const indent = ' '.repeat(indentOf(module, statement));
  editor.overwrite(
    statement.getStart(module.sourceFile),
    statement.getEnd(),
    `${printCredentials(credentials, prefix, request, indent)};\n` +
      `${indent}const ${user.text} = ${prefix}auth.isPrincipal(${credentials}, 'user')\n` +
      `${indent}  ? ${credentials}.principal\n${indent}  : undefined;`,
  );
}

function printCredentials(name: string, prefix: string, request: string, indent: string): string {
  const start = `const ${name} = await `;
  const column = indent.length + start.length;
  const call = printCall(`${prefix}httpAuth.credentials`, [request, ALLOWED], column);
  return start + indented(call, indent.length);
}

/** `caller.identity.userEntityRef`, `caller?.identity.userEntityRef`, and `!caller`. */
function simplify(module: ParsedModule, editor: MagicString, reference: ts.Identifier): void {
  const access = reference.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== reference) {
    if (isTested(reference)) return;
    throw new Obstacle(`hands ${reference.text} to other code`, 'identity');
  }
  const property = access.parent;
  if (
    access.name.text !== 'identity' ||
    !ts.isPropertyAccessExpression(property) ||
    property.name.text !== 'userEntityRef'
  ) {
    throw new Obstacle(`uses more of ${reference.text} than its userEntityRef`, 'identity');
  }
  const optional = (access.questionDotToken ?? property.questionDotToken) ? '?.' : '.';
  editor.overwrite(reference.getEnd(), property.getEnd(), `${optional}userEntityRef`);
}

/** True where only it counts whether there is a user. */
function isTested(reference: ts.Expression): boolean {
  const { parent } = reference;
  if (ts.isPrefixUnaryExpression(parent)) return true;
  if (ts.isParenthesizedExpression(parent)) return isTested(parent);
  if (ts.isIfStatement(parent)) return parent.expression === reference;
  if (ts.isConditionalExpression(parent)) return parent.condition === reference;
  if (!ts.isBinaryExpression(parent)) return false;
  const isResult =
    parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken &&
    parent.right === reference;
  return isResult ? isTested(parent) : TESTS.has(parent.operatorToken.kind);
}

/** The request in `identity.getIdentity({ request })`. */
function requestOf(
  module: ParsedModule,
  use: ts.Expression,
  call: ts.CallExpression,
): string | undefined {
  const { expression } = call;
  if (!ts.isPropertyAccessExpression(expression) || expression.expression !== use) return undefined;
  if (expression.name.text !== 'getIdentity') return undefined;
  const [options] = call.arguments;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const [property] = options.properties;
  if (options.properties.length !== 1 || property.name?.getText() !== 'request') return undefined;
  if (ts.isShorthandPropertyAssignment(property)) return property.name.text;
  return ts.isPropertyAssignment(property)
    ? property.initializer.getText(module.sourceFile)
    : undefined;
}
