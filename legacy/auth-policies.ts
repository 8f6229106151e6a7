import type { HttpRouterServiceAuthPolicy } from '../lib/api';
import { PathMatcher } from '../lib/services/http-router/path-matcher';

/** A route that answers without a token: a path, or a policy as `addAuthPolicy` takes it. */
export type AllowedRoute = string | HttpRouterServiceAuthPolicy;

const KINDS = ['unauthenticated', 'user-cookie'];

/** @throws Error for entries that are no policy */
export function toAuthPolicy(route: AllowedRoute): HttpRouterServiceAuthPolicy {
  const policy = typeof route === 'string' ? { path: route, allow: 'unauthenticated' } : route;
  if (typeof policy?.path !== 'string' || !/^(\/|\*$)/.test(policy.path)) {
    throw new Error(
      `auth.allow has the entry ${JSON.stringify(route)}. Its path must start with '/' and is ` +
        `relative to the plugin, for example '/health'`,
    );
  }
  try {
    new PathMatcher().add(policy.path);
  } catch (error) {
    throw new Error(
      `auth.allow has the entry ${JSON.stringify(route)}. Its path is no pattern, ${error}`,
    );
  }
  if (!KINDS.includes(policy.allow)) {
    throw new Error(
      `auth.allow has the entry ${JSON.stringify(route)}. Allow one of ${KINDS.join(', ')}`,
    );
  }
  return policy as HttpRouterServiceAuthPolicy;
}
