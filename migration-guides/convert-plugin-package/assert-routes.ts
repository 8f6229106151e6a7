import { ts } from 'ts-morph';
import { identifiersIn } from '../engine/bindings';
import { Obstacle } from '../engine/obstacle';
import type { ChosenValues } from './option-values';
import type { RouterEntry } from './router-entry';
import type { RouterOptions } from './router-options';

const ADDS_ROUTE = /\.(all|delete|get|patch|post|put|route|use)\(/;

/**
 * Checks that a router has its routes without the options that may be left out and that no service is
 * given for.
 *
 * @throws Obstacle when there would be fewer routes, or nothing is given at all
 */
export function assertRoutes(
  { function: made }: RouterEntry,
  options: RouterOptions | undefined,
  { values }: ChosenValues,
): void {
  if (options?.shape !== 'object') return;
  const given = new Set(values.map(each => each.name));
  const left = options.options.filter(each => each.isUsed && !given.has(each.name));
  const decisive =
    values.length === 0 ? left[0] : left.find(each => made && decides(made.body, each.name));
  if (decisive) {
    throw new Obstacle(
      `has routes only with '${decisive.name}', for which there is no service`,
      'options-without-a-service',
    );
  }
}

/** True where routes are added only if an option is there: `if (store) router.get(...)`. */
function decides(node: ts.Node, name: string): boolean {
  if (
    ts.isIfStatement(node) &&
    identifiersIn(node.expression).some(each => each.text === name) &&
    ADDS_ROUTE.test(node.thenStatement.getText())
  ) {
    return true;
  }
  return (
    ts.forEachChild(
      node,
      child => (!ts.isFunctionLike(child) && decides(child, name)) || undefined,
    ) ?? false
  );
}
