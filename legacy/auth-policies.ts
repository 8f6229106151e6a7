import type { HttpRouterServiceAuthPolicy } from '../lib/api';

/** A route that answers without a token: a path, or a policy as `addAuthPolicy` takes it. */
export type AllowedRoute = string | HttpRouterServiceAuthPolicy;

const KINDS = ['unauthenticated', 'user-cookie'];

/** @throws Error for entries that are no policy */
export function toAuthPolicy(route: AllowedRoute): HttpRouterServiceAuthPolicy {
  const policy = typeof route === 'string' ? { path: route, allow: 'unauthenticated' } : route;
  if (typeof policy?.path !== 'string' || !policy.path.startsWith('/')) {
    throw new Error(
      `auth.allow has the entry ${JSON.stringify(route)}. Its path must start with '/' and is ` +
        `relative to the plugin, for example '/health'`,
    );
  }
  if (!KINDS.includes(policy.allow)) {
    throw new Error(
      `auth.allow has the entry ${JSON.stringify(route)}. Allow one of ${KINDS.join(', ')}`,
    );
  }
  return policy as HttpRouterServiceAuthPolicy;
}
