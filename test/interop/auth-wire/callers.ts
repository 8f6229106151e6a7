import { SignJWT, type JWTPayload } from 'jose';
import {
  inSeconds,
  sign,
  signPluginToken,
  signUserToken,
  type IssuerKey,
} from '../../services/auth/token-authority';
import type { WireBackend } from './fleet';
import { foreignClaims, LEGACY_SECRET, type WireIdentities } from './identities';

/** The backend that a request goes to, and the other one, which issues what it goes with. */
export interface Wire {
  identities: WireIdentities;
  target: WireBackend;
  other: WireBackend;
}

/** Makes the headers by which a request says who it is from. */
export type Caller = (wire: Wire) => Promise<Record<string, string>>;

type KeyName = keyof WireIdentities;
type Claims = JWTPayload & { ent?: string[] };

export const COOKIE_PATH = '/.backstage/auth/v1/cookie';

export const authorization =
  (value: string): Caller =>
  async () => ({ authorization: value });
export const cookie =
  (value: string): Caller =>
  async () => ({ cookie: value });
export const bearer = (token: string) => authorization(`Bearer ${token}`);
const signed =
  (create: (wire: Wire) => Promise<string>): Caller =>
  async wire => ({ authorization: `Bearer ${await create(wire)}` });

export const nobody: Caller = async () => ({});

export const user = (claims?: Claims, key: KeyName = 'user') =>
  signed(({ identities }) => signUserToken(identities[key], claims));

/** A user token as it was before tokens had types. */
export const untypedUser = (exp: number) =>
  signed(({ identities }) =>
    sign(identities.user, {}, { sub: 'user:default/old', aud: 'backstage', exp }),
  );

export const typed = (typ: string) =>
  signed(({ identities }) => sign(identities.user, { typ }, { sub: 'x', exp: inSeconds(600) }));

/** A user token with another key id than that of its key. */
export const userWithKeyId = (createKid: (identities: WireIdentities) => string, key: KeyName) =>
  signed(({ identities }) => signUserToken({ ...identities[key], kid: createKid(identities) }));

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const admin = () => ({ sub: 'user:default/admin', iat: inSeconds(-10), exp: inSeconds(600) });

export const changedUser = signed(async ({ identities }) => {
  const [header, , signature] = (await signUserToken(identities.user)).split('.');
  return [header, encode(admin()), signature].join('.');
});

export const unsignedUser = signed(
  async () => `${encode({ typ: 'vnd.backstage.user', alg: 'none' })}.${encode(admin())}.`,
);

/** Signed by HMAC, with what everybody can read as the secret. */
export const userByPublicKey = signed(({ identities }) =>
  new SignJWT(admin())
    .setProtectedHeader({ typ: 'vnd.backstage.user', alg: 'HS256', kid: identities.user.kid })
    .sign(Buffer.from(JSON.stringify(identities.user.publicJwk))),
);

/** Signed by a stranger, with a header that says where to find the stranger's key. */
export const userWithOwnKey = (member: 'jwk' | 'jku' | 'x5u') =>
  signed(({ identities: { user: known, stranger } }) =>
    new SignJWT(admin())
      .setProtectedHeader({
        typ: 'vnd.backstage.user',
        alg: 'ES256',
        kid: known.kid,
        [member]: member === 'jwk' ? stranger.publicJwk : 'http://127.0.0.1:1/keys',
      })
      .sign(stranger.privateKey),
  );

/** Well signed, with an extension that the receiver must understand, and does not. */
export const userWithExtension = signed(({ identities: { user: known } }) =>
  new SignJWT(admin())
    .setProtectedHeader({
      ...{ typ: 'vnd.backstage.user', alg: 'ES256', kid: known.kid },
      ...{ crit: ['urn:wire'], 'urn:wire': true },
    })
    .sign(known.privateKey, { crit: { 'urn:wire': true } }),
);

/** A user token whose claims are not JSON. */
export const userWithoutClaims = bearer(
  `${encode({ typ: 'vnd.backstage.user', alg: 'ES256' })}.x.y`,
);

/** The cookie that a backend gives a user. */
export async function fetchCookie(issuer: WireBackend, key: IssuerKey): Promise<string> {
  const response = await fetch(`${issuer.url}/api/${issuer.pluginId}${COOKIE_PATH}`, {
    headers: { authorization: `Bearer ${await signUserToken(key)}` },
  });
  return response.headers.getSetCookie()[0];
}

/** By the cookie that the other backend issued. */
export const limitedCookie: Caller = async ({ other, identities }) => ({
  cookie: (await fetchCookie(other, identities.user)).split(';')[0],
});

/** By the token in that cookie, as if it were a full one. */
export const limitedBearer = signed(async ({ other, identities }) => {
  const [pair] = (await fetchCookie(other, identities.user)).split(';');
  return pair.slice(pair.indexOf('=') + 1);
});

async function fetchPluginToken(
  { identities, target }: Wire,
  issuer: WireBackend,
  options: { as: 'caller' | 'own'; pluginId?: string },
): Promise<string> {
  const { as, pluginId = issuer.pluginId } = options;
  const url = `${issuer.url}/api/${pluginId}/token?as=${as}&target=${target.pluginId}`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${await signUserToken(identities.user)}` },
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}

/** The plugin of the other backend. */
export const plugin = signed(wire => fetchPluginToken(wire, wire.other, { as: 'own' }));

/** The plugin of the other backend, on behalf of a user. */
export const pluginForUser = signed(wire => fetchPluginToken(wire, wire.other, { as: 'caller' }));

/** The plugin `shared` beside the target, which looks for the keys of `shared` at the other replica. */
export const replica = signed(wire =>
  fetchPluginToken(wire, wire.target, { as: 'own', pluginId: 'shared' }),
);

/** A made-up plugin. */
export const crafted = (claims: JWTPayload = {}, key: KeyName = 'crafted') =>
  signed(({ identities, target }) =>
    signPluginToken(identities[key], { sub: 'crafted', aud: target.pluginId, ...claims }),
  );

export const craftedForExpiredUser = signed(async ({ identities, target }) =>
  signPluginToken(identities.crafted, {
    sub: 'crafted',
    aud: target.pluginId,
    obo: await signUserToken(identities.user, { exp: inSeconds(-1) }),
  }),
);

export const legacy = (claims: JWTPayload = {}, secret = LEGACY_SECRET) =>
  signed(() =>
    new SignJWT({ sub: 'backstage-server', exp: inSeconds(600), ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(secret, 'base64')),
  );

/** A caller with a token of the foreign issuer. */
export const foreign = (claims: JWTPayload = {}, key: KeyName = 'foreign') =>
  signed(({ identities }) =>
    sign(identities[key], {}, { ...foreignClaims, exp: inSeconds(600), ...claims }),
  );
