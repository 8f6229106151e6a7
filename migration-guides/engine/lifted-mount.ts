import { ts } from 'ts-morph';
import { declarationOf } from './bindings';
import { optionOf, textOption, type LiftedPlugin } from './lifted-plugin';
import { Obstacle } from './obstacle';
import { unwrap } from './unwrap';

/**
 * Checks the parts of a mount that a plugin of the new system can not have.
 *
 * @throws Obstacle when there are any, with the anchors that all guides of conversions have
 */
export function assertPlainMount(lifted: LiftedPlugin): void {
  const path = textOption(lifted.call, 'path');
  if (path !== undefined && path !== `/api/${lifted.id}`) {
    throw new Obstacle(
      `is served at ${path}; a plugin of the new system is served at /api/${lifted.id}`,
      'paths',
    );
  }
  assertPlainOptions(lifted, ['envId', 'path', 'auth']);
}

/**
 * Checks that the legacyPlugin call has no other options than some.
 *
 * @throws Obstacle with the anchor `options` when it has
 */
export function assertPlainOptions({ call }: LiftedPlugin, known: readonly string[]): void {
  const other = call.options?.properties.find(each => !known.includes(each.name?.getText() ?? ''));
  if (other) {
    throw new Obstacle(
      `is given ${other.name?.getText() ?? 'more options'} in index.ts`,
      'options',
    );
  }
}

/**
 * The routes that the legacyPlugin call opened.
 *
 * @throws Obstacle when they are not written as texts
 */
export function allowedRoutesOf({ call }: LiftedPlugin): string[] {
  const auth = optionOf(call.options, 'auth');
  if (!auth) return [];
  const allow = ts.isObjectLiteralExpression(auth) ? optionOf(auth, 'allow') : undefined;
  if (
    !allow ||
    !ts.isArrayLiteralExpression(allow) ||
    !allow.elements.every(ts.isStringLiteralLike)
  ) {
    throw new Obstacle('opens routes in a way that is not understood', 'open-routes');
  }
  return allow.elements.map(each => (each as ts.StringLiteral).text);
}

/**
 * Checks that keys of a plugin's environment are those that every environment has: what a backend makes
 * itself, with makeLegacyPlugin, is not what the services of that name are.
 *
 * @throws Obstacle when one of the keys is made by the backend
 */
export function assertUsualKeys(lifted: LiftedPlugin, keys: Iterable<string>): void {
  const own = ownKeysOf(lifted);
  for (const key of keys) {
    if (own === undefined || own.has(key)) {
      throw new Obstacle(`uses env.${key}, which index.ts makes itself`, 'other-keys');
    }
  }
}

/** The keys that makeLegacyPlugin was given; undefined when they are not written as an object. */
function ownKeysOf({ backend: { module }, feature }: LiftedPlugin): Set<string> | undefined {
  const call = unwrap(feature.expression);
  const maker = ts.isCallExpression(call) ? call.expression : undefined;
  const declaration = maker && ts.isIdentifier(maker) ? declarationOf(module, maker) : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
    return new Set();
  }
  const made = unwrap(declaration.initializer);
  if (!ts.isCallExpression(made)) return undefined;
  const names = made.arguments.flatMap(each =>
    ts.isObjectLiteralExpression(each)
      ? each.properties.map(own => own.name?.getText())
      : undefined,
  );
  return names.includes(undefined) ? undefined : new Set(names.flatMap(each => each ?? []));
}
