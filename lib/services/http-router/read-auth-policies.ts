import type { HttpRouterServiceAuthPolicy, RootConfigService } from '../../api';
import { PathMatcher } from './path-matcher';

const KEY = 'backend.auth.policies';
const ALLOWED = ['unauthenticated', 'user-cookie'];

/** Auth policies by the id of the plugin that they are for. */
export type AuthPolicies = ReadonlyMap<string, readonly HttpRouterServiceAuthPolicy[]>;

/**
 * Reads `backend.auth.policies`, a list of `{ plugin, path, allow }`: what plugins can say in code with
 * `addAuthPolicy`, said by configuration.
 *
 * @throws Error when an entry is malformed
 */
export function readAuthPolicies(config: RootConfigService): AuthPolicies {
  const policies = new Map<string, HttpRouterServiceAuthPolicy[]>();
  for (const [i, entry] of (config.getOptionalConfigArray(KEY) ?? []).entries()) {
    const plugin = entry.getString('plugin');
    const path = entry.getString('path');
    const allow = entry.getString('allow');
    if (!isAllowed(allow)) {
      throw new Error(
        `Invalid value '${allow}' in ${KEY}[${i}].allow, expected 'unauthenticated' or 'user-cookie'`,
      );
    }
    checkPath(path, `${KEY}[${i}].path`);
    policies.set(plugin, [...(policies.get(plugin) ?? []), { path, allow }]);
  }
  return policies;
}

function isAllowed(allow: string): allow is HttpRouterServiceAuthPolicy['allow'] {
  return ALLOWED.includes(allow);
}

function checkPath(path: string, key: string): void {
  if (path !== '*' && !path.startsWith('/')) {
    throw new Error(
      `Invalid path '${path}' in ${key}, expected a path below the plugin like '/items/:id', or '*'`,
    );
  }
  try {
    new PathMatcher().add(path);
  } catch (error) {
    throw new Error(`Invalid path '${path}' in ${key}, ${error}`, { cause: error });
  }
}
