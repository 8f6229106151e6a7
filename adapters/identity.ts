import { AuthenticationError } from '@backstage/errors';
import type { AuthService, UserInfoService } from '../lib/api';
import { bearerToken } from './bearer-token';

/** Who signed in, as `@backstage/plugin-auth-node` describes it. */
export interface LegacyIdentity {
  /** Seconds for which the token is still valid. */
  expiresInSeconds?: number;
  token: string;
  identity: {
    type: 'user';
    userEntityRef: string;
    ownershipEntityRefs: string[];
  };
}

/**
 * The `IdentityApi` of old plugins.
 *
 * @deprecated Use `coreServices.httpAuth` and `coreServices.userInfo`.
 */
export interface LegacyIdentityService {
  /**
   * @returns nothing for requests without an authorization header
   * @throws AuthenticationError when the header has no token, or one that is not valid or not a user's
   */
  getIdentity(options: {
    request: { headers: { authorization?: string | undefined } };
  }): Promise<LegacyIdentity | undefined>;
}

/** The identity service of old plugins, by the auth services of the new system. */
export function createLegacyIdentity(services: {
  auth: AuthService;
  userInfo: UserInfoService;
}): LegacyIdentityService {
  const { auth, userInfo } = services;
  return {
    async getIdentity({ request }) {
      if (!request.headers.authorization) {
        return undefined;
      }
      const token = bearerToken(request);
      if (!token) {
        throw new AuthenticationError('No token specified');
      }
      const credentials = await auth.authenticate(token).catch(error => refuse(token, error));
      if (!auth.isPrincipal(credentials, 'user')) {
        throw new AuthenticationError('The token is not one of a user');
      }
      const { userEntityRef, ownershipEntityRefs } = await userInfo.getUserInfo(credentials);
      const { expiresAt } = credentials;
      return {
        token,
        ...(expiresAt && {
          expiresInSeconds: Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000)),
        }),
        identity: { type: 'user', userEntityRef, ownershipEntityRefs },
      };
    },
  };
}

/** Says about a token that is none what the old identity client said: the words of jose. */
async function refuse(token: string, error: unknown): Promise<never> {
  const { decodeJwt } = require('jose') as typeof import('jose');
  try {
    decodeJwt(token);
  } catch (problem) {
    throw new AuthenticationError((problem as Error).message);
  }
  throw error;
}
