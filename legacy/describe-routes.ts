import type { HttpRouterServiceAuthPolicy } from '../lib/api';
import { PathMatcher } from '../lib/services/http-router/path-matcher';
import type { Route } from './list-routes';

/** The routes of a plugin by who may call them, in lines for the log. */
export interface DescribedRoutes {
  /** For example `GET /a, GET /b (guarded); GET /health (open)`. */
  summary: string;
  /** Guarded routes that are usually called without a token, such as `GET /health`. */
  likelyOpen: string[];
}

const KINDS = { guarded: 'guarded', unauthenticated: 'open', 'user-cookie': 'cookie' } as const;
const LIKELY_OPEN =
  /\/(health|healthz|healthcheck|ping|ready|readiness|live|liveness|metrics|badges?|webhooks?|callback)(\/|$)/i;

/** Says which routes need a token under the policies. */
export function describeRoutes(
  routes: Route[],
  policies: HttpRouterServiceAuthPolicy[],
): DescribedRoutes {
  const matchers = policies.map(({ path, allow }) => ({ matcher: matching(path), allow }));
  const kindOf = ({ path }: Route) =>
    matchers.find(({ matcher }) => matcher.matches(path))?.allow ?? 'guarded';
  const groups = Object.entries(KINDS).map(([kind, label]) => {
    const lines = routes.filter(route => kindOf(route) === kind).map(describe);
    return lines.length > 0 ? `${lines.join(', ')} (${label})` : '';
  });
  return {
    summary: groups.filter(Boolean).join('; ') || 'routes that can not be listed (guarded)',
    likelyOpen: routes
      .filter(route => kindOf(route) === 'guarded' && LIKELY_OPEN.test(route.path))
      .map(describe),
  };
}

function describe({ method, path }: Route): string {
  return `${method} ${path}`;
}

function matching(path: string): PathMatcher {
  const matcher = new PathMatcher();
  matcher.add(path);
  return matcher;
}
