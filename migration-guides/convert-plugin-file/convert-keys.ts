import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf, referencesTo } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import type { EnvironmentUse, KeyUse } from '../engine/plugin-file/environment-use';
import { convertIdentity } from './convert-identity';
import { Obstacle } from './obstacle';
import {
  IDENTITY_SERVICES,
  LOGGER_METHODS,
  SAME_SERVICES,
  type ServiceMapping,
} from './service-mapping';

/**
 * Rewrites every use of the environment's keys, and returns the services they need.
 *
 * @throws Obstacle when a key is used in a way that has no counterpart
 */
export function convertKeys(
  module: ParsedModule,
  editor: MagicString,
  use: EnvironmentUse,
): ServiceMapping[] {
  const [whole] = use.whole;
  if (whole) {
    const place = whole.parent.getText(module.sourceFile).split('\n')[0];
    throw new Obstacle(`hands the whole environment on: ${place}`, 'whole-environment');
  }
  const services = use.keys.flatMap(each => convertKey(module, editor, each));
  return [...new Set(services)].sort((a, b) => a.name.localeCompare(b.name));
}

function convertKey(
  module: ParsedModule,
  editor: MagicString,
  keyUse: KeyUse,
): readonly ServiceMapping[] {
  const { key, node } = keyUse;
  if (key === 'identity') {
    for (const use of usesOf(module, node)) convertIdentity(module, editor, use, prefixOf(node));
    if (ts.isIdentifier(node)) {
      const element = node.parent;
      editor.overwrite(element.getStart(module.sourceFile), element.getEnd(), 'auth, httpAuth');
    }
    return IDENTITY_SERVICES;
  }
  const service = Object.hasOwn(SAME_SERVICES, key) ? SAME_SERVICES[key] : undefined;
  if (!service) throw new Obstacle(`uses env.${key}, which has no counterpart`, anchorOf(key));
  for (const use of usesOf(module, node)) {
    if (key === 'logger') convertLogger(module, editor, use);
    if (key === 'cache') convertCache(editor, use);
    if (key === 'permissions') checkPermissions(module, use);
  }
  return [service];
}

/** Where a key is used: the variable that it became, or `env.key` itself. */
function usesOf(
  module: ParsedModule,
  node: ts.Identifier | ts.PropertyAccessExpression,
): ts.Expression[] {
  return ts.isIdentifier(node) ? referencesTo(module, node) : [node];
}

/** `env.`, where services are reached through the environment. */
function prefixOf(node: ts.Identifier | ts.PropertyAccessExpression): string {
  return ts.isIdentifier(node) ? '' : `${node.expression.getText()}.`;
}

function methodOf(use: ts.Expression): string | undefined {
  const { parent } = use;
  return ts.isPropertyAccessExpression(parent) && parent.expression === use
    ? parent.name.text
    : undefined;
}

/** The new logger has fewer methods, and code elsewhere may want a winston logger. */
function convertLogger(module: ParsedModule, editor: MagicString, use: ts.Expression): void {
  const method = methodOf(use);
  if (method === undefined) {
    if (isHandedOn(module, use)) wrapLogger(module, editor, use);
  } else if (!LOGGER_METHODS.has(method)) {
    throw new Obstacle(`calls logger.${method}, which the new logger does not have`, 'logger');
  }
}

/** True when a value goes into a call of something that is imported. */
function isHandedOn(module: ParsedModule, use: ts.Expression): boolean {
  const call = ts.findAncestor(
    use,
    each => ts.isCallExpression(each) || ts.isNewExpression(each),
  ) as ts.CallExpression | ts.NewExpression | undefined;
  const callee = call?.expression;
  const root = callee && ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  return root !== undefined && importOf(module, root) !== undefined;
}

function wrapLogger(module: ParsedModule, editor: MagicString, use: ts.Expression): void {
  const text = use.getText(module.sourceFile);
  const key = ts.isShorthandPropertyAssignment(use.parent) ? `${text}: ` : '';
  editor.overwrite(
    use.getStart(module.sourceFile),
    use.getEnd(),
    `${key}loggerToWinstonLogger(${text})`,
  );
}

/** `cache.getClient(options)` is `cache.withOptions(options)` now. */
function convertCache(editor: MagicString, use: ts.Expression): void {
  const access = use.parent;
  const call = access.parent;
  if (methodOf(use) !== 'getClient' || !ts.isCallExpression(call)) {
    throw new Obstacle('hands its cache manager to other code', 'cache');
  }
  if (call.arguments.length === 0) editor.remove(use.getEnd(), call.getEnd());
  else {
    const { name } = access as ts.PropertyAccessExpression;
    editor.overwrite(name.getStart(), name.getEnd(), 'withOptions');
  }
}

/** Tokens have become credentials, which only the caller of a route can supply. */
function checkPermissions(module: ParsedModule, use: ts.Expression): void {
  const call = use.parent.parent;
  const text = call.getText(module.sourceFile);
  if (methodOf(use) === undefined || /\btoken\b/.test(text)) {
    throw new Obstacle(
      'asks for permissions with a token; the new service takes credentials',
      'permissions',
    );
  }
}

function anchorOf(key: string): string {
  return key === 'tokenManager' ? 'token-manager' : 'other-keys';
}
