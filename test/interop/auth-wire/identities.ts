import type { JsonObject } from '@backstage/types';
import {
  createIssuerKey,
  type IssuerKey,
  type TokenAuthority,
} from '../../services/auth/token-authority';

export const LEGACY_SECRET = Buffer.from('a legacy secret').toString('base64');
/** Of callers whose access is restricted. */
export const RESTRICTED_LEGACY_SECRET = Buffer.from('a restricted secret').toString('base64');
export const ELSEWHERE_LEGACY_SECRET = Buffer.from('a secret for elsewhere').toString('base64');
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

/** The same of an issuer whose callers may do little. */
export const restrictedClaims = { ...foreignClaims, iss: 'https://restricted.example.com' };

/** The same of an issuer whose callers may not come here. */
export const elsewhereClaims = { ...foreignClaims, iss: 'https://elsewhere.example.com' };

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
  const legacy = (secret: string, more: JsonObject = {}) => ({
    type: 'legacy',
    options: { secret, subject: 'legacy' },
    ...more,
  });
  const jwks = ({ iss, aud }: typeof foreignClaims, more: JsonObject = {}) => ({
    type: 'jwks',
    options: {
      url: `${authority.baseUrl}/foreign-keys`,
      issuer: iss,
      audience: aud,
      algorithm: 'ES256',
      subjectPrefix: 'ci',
    },
    ...more,
  });
  const here = ['north', 'south'].map(plugin => ({ plugin, permission: 'something.else' }));
  const elsewhereOnly = { accessRestrictions: [{ plugin: 'elsewhere' }] };
  const { unrestricted, byName, byAction, elsewhere } = staticTokens;
  const action = ['read', 'update'];
  return {
    externalAccess: [
      { type: 'static', options: { token: unrestricted, subject: 'ci' } },
      restricted(byName, ['north', 'south'], { permission: 'something.else' }),
      restricted(byAction, ['north', 'south'], { permissionAttribute: { action } }),
      restricted(elsewhere, ['elsewhere']),
      legacy(LEGACY_SECRET),
      legacy(RESTRICTED_LEGACY_SECRET, { accessRestrictions: here }),
      legacy(ELSEWHERE_LEGACY_SECRET, elsewhereOnly),
      jwks(foreignClaims),
      jwks(restrictedClaims, { accessRestrictions: here }),
      jwks(elsewhereClaims, elsewhereOnly),
    ],
    keys: [{ secret: OLD_SECRET }],
  };
}
