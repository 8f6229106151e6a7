import type { ParityVerdict } from '../report';
import type { SideRoute, SideRoutes } from './side-routes';

/** An endpoint, on which sides it exists, and what was sent to it. */
export interface CoveredRoute extends SideRoute {
  /** How many requests of each verdict it got; 0 where there was none. */
  readonly verdicts: Readonly<Record<ParityVerdict, number>>;
  /** Why it got no request, where that is known. */
  readonly notExercised?: string;
}

/** Which endpoints of the two sides were compared. Plain data, part of the JSON report. */
export interface ParityCoverage extends SideRoutes {
  readonly routes: readonly CoveredRoute[];
}

/** True for an endpoint that got a request. */
export function isExercised({ verdicts }: CoveredRoute): boolean {
  return Object.values(verdicts).some(count => count > 0);
}
