import { AuthenticationError } from '@backstage/errors';
import type { JWTVerifyGetKey } from 'jose';
import { bearerToken, type LegacyIdentity, type LegacyIdentityService } from '../../../adapters';
import type { DiscoveryService } from '../../../lib/api';

/** Verifies tokens of users with the public keys of the auth plugin. */
export class VerifyingIdentity implements LegacyIdentityService {
  readonly #discovery: DiscoveryService;
  #keys?: Promise<JWTVerifyGetKey>;

  constructor(discovery: DiscoveryService) {
    this.#discovery = discovery;
  }

  async getIdentity({
    request,
  }: Parameters<LegacyIdentityService['getIdentity']>[0]): Promise<LegacyIdentity | undefined> {
    const token = bearerToken(request);
    if (!token) {
      return undefined;
    }
    const { jwtVerify } = require('jose') as typeof import('jose');
    const { payload } = await jwtVerify(token, await this.#loadKeys(), {
      audience: 'backstage',
      algorithms: ['ES256'],
    }).catch(error => {
      throw new AuthenticationError(`Failed to verify the token of a user`, error);
    });
    if (!payload.sub) {
      throw new AuthenticationError('No user sub found in token');
    }
    const ownershipEntityRefs = (payload.ent as string[] | undefined) ?? [];
    return { token, identity: { type: 'user', userEntityRef: payload.sub, ownershipEntityRefs } };
  }

  #loadKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#createKeys();
    this.#keys.catch(() => (this.#keys = undefined));
    return this.#keys;
  }

  async #createKeys(): Promise<JWTVerifyGetKey> {
    const { createRemoteJWKSet } = require('jose') as typeof import('jose');
    const authUrl = await this.#discovery.getBaseUrl('auth');
    return createRemoteJWKSet(new URL(`${authUrl}/.well-known/jwks.json`));
  }
}
