import type { RequestHandler } from 'express';
import { pathToRegexp } from 'path-to-regexp';
import type { HttpAuthService, HttpRouterServiceAuthPolicy, RootConfigService } from '../../api';

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
  if (config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy')) {
    return { middleware: (_req, _res, next) => next(), addAuthPolicy: () => {} };
  }
  const open: RegExp[] = [];
  const cookie: RegExp[] = [];

  return {
    middleware(req, _res, next) {
      const { path } = req;
      if (open.some(pattern => pattern.test(path))) {
        next();
        return;
      }
      const allowLimitedAccess = cookie.some(pattern => pattern.test(path));
      httpAuth
        .credentials(req, { allow: ['user', 'service'], allowLimitedAccess })
        .then(() => next(), next);
    },
    addAuthPolicy({ path, allow }) {
      if (allow === 'unauthenticated') {
        open.push(compile(path));
      } else if (allow === 'user-cookie') {
        cookie.push(compile(path));
      } else {
        throw new Error(`Invalid auth policy`);
      }
    },
  };
}

function compile(path: string): RegExp {
  return path === '/' || path === '*' ? /^/ : pathToRegexp(path, { end: false }).regexp;
}
