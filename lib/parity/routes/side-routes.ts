import type { ParitySubject } from '../subject';
import type { ParityRoute } from './parity-route';
import { routeKey } from './route-pattern';

/** An endpoint and the sides on which it exists. */
export interface SideRoute extends ParityRoute {
  /** True as well where the routes of the side can not be seen. */
  readonly left: boolean;
  readonly right: boolean;
}

/** The routes of both sides. */
export interface SideRoutes {
  /** False for a side whose routes can not be seen. */
  readonly known: { readonly left: boolean; readonly right: boolean };
  /** Each once: those of the left side in the order in which it asks them, then the others. */
  readonly routes: readonly SideRoute[];
}

/** Asks both sides. */
export async function readSideRoutes(
  left: ParitySubject,
  right: ParitySubject,
): Promise<SideRoutes> {
  const [onLeft, onRight] = await Promise.all([left.routes?.(), right.routes?.()]);
  return {
    known: { left: onLeft !== undefined, right: onRight !== undefined },
    routes: mergeRoutes(onLeft, onRight),
  };
}

function mergeRoutes(left?: readonly ParityRoute[], right?: readonly ParityRoute[]): SideRoute[] {
  const byKey = (routes: readonly ParityRoute[] = []) =>
    // The first of two equal routes is the one that answers.
    new Map([...routes].reverse().map(route => [routeKey(route), route]));
  const [onLeft, onRight] = [byKey(left), byKey(right)];
  const keys = new Set([...(left ?? []), ...(right ?? [])].map(routeKey));
  return Array.from(keys, key => ({
    ...(onLeft.get(key) ?? onRight.get(key)!),
    left: !left || onLeft.has(key),
    right: !right || onRight.has(key),
  }));
}
