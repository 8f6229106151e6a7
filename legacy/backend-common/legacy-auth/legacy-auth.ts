import { AuthenticationError } from '@backstage/errors';
import type { LegacyIdentityService, TokenManager } from '../../../adapters';
import type {
  AuthService,
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalTypes,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '../../../lib/api';
import {
  createNoneCredentials,
  createServiceCredentials,
  createUserCredentials,
  toInternalCredentials,
} from '../../../lib/services/auth/credentials';
import { decodeToken } from './decode-token';

const SUBJECT = 'external:backstage-plugin';

/** The auth service of a plugin in an old backend. */
export class LegacyAuth implements AuthService {
  readonly #identity: LegacyIdentityService;
  readonly #tokenManager?: TokenManager;

  constructor(identity: LegacyIdentityService, tokenManager?: TokenManager) {
    this.#identity = identity;
    this.#tokenManager = tokenManager;
  }

  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]> {
    const { type: actual } = credentials.principal as { type: string };
    return type === 'unknown' || actual === type;
  }

  async getNoneCredentials(): Promise<BackstageCredentials<BackstageNonePrincipal>> {
    return createNoneCredentials();
  }

  async getOwnServiceCredentials(): Promise<BackstageCredentials<BackstageServicePrincipal>> {
    return createServiceCredentials({ subject: SUBJECT });
  }

  async authenticate(token: string): Promise<BackstageCredentials> {
    if (decodeToken(token)?.aud !== 'backstage') {
      await this.#tokenManager?.authenticate(token);
      return createServiceCredentials({ subject: SUBJECT });
    }
    const request = { headers: { authorization: `Bearer ${token}` } };
    const identity = await this.#identity.getIdentity({ request });
    if (!identity) {
      throw new AuthenticationError('Invalid user token');
    }
    const { userEntityRef } = identity.identity;
    return createUserCredentials({ userEntityRef, token, expiresAt: expirationOf(token) });
  }

  /** Old backends forward the token of a user, and let requests of nobody go on without one. */
  async getPluginRequestToken({
    onBehalfOf,
  }: {
    onBehalfOf: BackstageCredentials;
  }): Promise<{ token: string }> {
    const { type } = onBehalfOf.principal as { type?: string };
    switch (type) {
      case 'service':
        return this.#tokenManager?.getToken() ?? { token: '' };
      case 'user':
        return { token: tokenOf(onBehalfOf) };
      case 'none':
        return { token: '' };
      default:
        throw new AuthenticationError(
          `Refused to issue service token for credential type '${type}'`,
        );
    }
  }

  async getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }> {
    const token = tokenOf(credentials);
    return { token, expiresAt: expirationOf(token) };
  }

  async listPublicServiceKeys(): Promise<never> {
    throw new Error('Plugins in old backends have no public keys');
  }
}

function tokenOf(credentials: BackstageCredentials): string {
  const { token } = toInternalCredentials(credentials);
  if (!token) {
    throw new AuthenticationError('User credentials is unexpectedly missing token');
  }
  return token;
}

function expirationOf(token: string): Date {
  const { exp } = decodeToken(token) ?? {};
  if (!exp) {
    throw new AuthenticationError('User token is missing expiration');
  }
  return new Date(exp * 1000);
}
