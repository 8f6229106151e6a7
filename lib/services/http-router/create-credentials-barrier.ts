import type { RequestHandler } from 'express';
import type { HttpAuthService, HttpRouterServiceAuthPolicy, RootConfigService } from '../../api';
import { passThrough } from '../root-http-router/pass-through';
import { PathMatcher } from './path-matcher';

/** Decides which requests may pass. */
export interface CredentialsBarrier {
  middleware: RequestHandler;
  /** @throws Error when `path` is no pattern or `allow` is unknown */
  addAuthPolicy(policy: HttpRouterServiceAuthPolicy): void;
}

/**
 * Lets only requests of users and services through, except where a policy says otherwise. Inactive
 * with `backend.auth.dangerouslyDisableDefaultAuthPolicy`.
 */
export function createCredentialsBarrier(options: {
  httpAuth: HttpAuthService;
  config: RootConfigService;
}): CredentialsBarrier {
  const { httpAuth, config } = options;
  if (isDefaultAuthPolicyDisabled(config)) {
    return { middleware: passThrough, addAuthPolicy: () => {} };
  }
  const open = new PathMatcher();
  const cookie = new PathMatcher();

  return {
    middleware(req, _res, next) {
      const { path } = req;
      if (open.matches(path)) {
        next();
        return;
      }
      httpAuth
        .credentials(req, {
          allow: ['user', 'service'],
          allowLimitedAccess: cookie.matches(path),
        })
        .then(() => next(), next);
    },
    addAuthPolicy({ path, allow }) {
      if (allow === 'unauthenticated') {
        open.add(path);
      } else if (allow === 'user-cookie') {
        cookie.add(path);
      } else {
        throw new Error(
          `Invalid auth policy '${allow}' for path '${path}', expected 'unauthenticated' or 'user-cookie'`,
        );
      }
    },
  };
}

/** Reads `backend.auth.dangerouslyDisableDefaultAuthPolicy`. */
export function isDefaultAuthPolicyDisabled(config: RootConfigService): boolean {
  return config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy') ?? false;
}
