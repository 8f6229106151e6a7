import type { ParityResult } from '../report';
import type { ParityCoverage } from './coverage';
import { RouteFinder } from './route-finder';
import type { SideRoute, SideRoutes } from './side-routes';

/**
 * Counts what each route got.
 *
 * @param reasons - why routes got no request
 * @returns undefined where the routes of neither side can be seen
 */
export function measureCoverage(
  { known, routes }: SideRoutes,
  results: readonly ParityResult[],
  reasons: ReadonlyMap<SideRoute, string> = new Map(),
): ParityCoverage | undefined {
  if (!known.left && !known.right) {
    return undefined;
  }
  const counted = routes.map(route => ({
    ...route,
    verdicts: { matched: 0, ignored: 0, mismatched: 0, missing: 0 },
    ...(reasons.has(route) && { notExercised: reasons.get(route) }),
  }));
  const finder = new RouteFinder(counted);
  for (const { request, verdict, observed, unsent } of results) {
    const route = observed || unsent ? undefined : finder.find(request);
    if (route) {
      route.verdicts[verdict]++;
      delete route.notExercised;
    }
  }
  return { known, routes: counted };
}
