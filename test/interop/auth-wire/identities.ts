import type { JsonObject } from '@backstage/types';
import {
  createIssuerKey,
  type IssuerKey,
  type TokenAuthority,
} from '../../services/auth/token-authority';

export const LEGACY_SECRET = Buffer.from('a legacy secret').toString('base64');
export const OLD_SECRET = Buffer.from('an old secret').toString('base64');

/** Static tokens, by what they are good for. */
export const staticTokens = {
  unrestricted: 'static-unrestricted',
  byName: 'static-by-name',
  byAction: 'static-by-action',
  elsewhere: 'static-elsewhere',
} as const;

/** The claims of a token of the foreign issuer that both backends trust. */
export const foreignClaims = { sub: 'job', iss: 'https://ci.example.com', aud: 'wire' };

/** Who issues tokens beside the two backends. */
export interface WireIdentities {
  user: IssuerKey;
  /** Of the plugin `crafted`, whose tokens the tests make up. */
  crafted: IssuerKey;
  foreign: IssuerKey;
  /** Nobody knows this one. */
  stranger: IssuerKey;
}

/** Plugins of the authority; the keys of `ancient` are nowhere. */
export const authorityPlugins = ['crafted', 'ancient'];

/** Makes keys, and has the authority publish them. */
export async function createIdentities(authority: TokenAuthority): Promise<WireIdentities> {
  const identities = {
    user: await createIssuerKey(),
    crafted: await createIssuerKey(),
    foreign: await createIssuerKey(),
    stranger: await createIssuerKey(),
  };
  authority.publishUserKeys(identities.user);
  authority.publishPluginKeys('crafted', identities.crafted);
  authority.keys.set('/foreign-keys', [identities.foreign]);
  authority.answers.set('/api/auth/v1/userinfo', {
    status: 200,
    body: { claims: { sub: 'user:default/jane', ent: ['user:default/jane'] } },
  });
  return identities;
}

/** `backend.auth` of both backends. */
export function authConfig(authority: TokenAuthority): JsonObject {
  const restricted = (token: string, plugins: string[], restriction: JsonObject = {}) => ({
    type: 'static',
    options: { token, subject: 'ci' },
    accessRestrictions: plugins.map(plugin => ({ plugin, ...restriction })),
  });
  const { unrestricted, byName, byAction, elsewhere } = staticTokens;
  const action = ['read', 'update'];
  return {
    externalAccess: [
      { type: 'static', options: { token: unrestricted, subject: 'ci' } },
      restricted(byName, ['north', 'south'], { permission: 'something.else' }),
      restricted(byAction, ['north', 'south'], { permissionAttribute: { action } }),
      restricted(elsewhere, ['elsewhere']),
      { type: 'legacy', options: { secret: LEGACY_SECRET, subject: 'legacy' } },
      {
        type: 'jwks',
        options: {
          url: `${authority.baseUrl}/foreign-keys`,
          issuer: foreignClaims.iss,
          audience: foreignClaims.aud,
          algorithm: 'ES256',
          subjectPrefix: 'ci',
        },
      },
    ],
    keys: [{ secret: OLD_SECRET }],
  };
}
