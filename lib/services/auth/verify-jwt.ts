import type { JWTPayload, JWTVerifyOptions, KeyLike } from 'jose';
import { isTokenRejection, TokenRejection, type DenialReason } from './errors';
import { jose } from './jose';
import type { JwksClient, KeyVersion } from './jwks-client';

/** What a token must fulfil. Anything left out is not checked. */
export interface JwtRules {
  typ?: string;
  audience?: string | string[];
  issuer?: string | string[];
  algorithms?: string[];
  requiredClaims?: string[];
}

/** A token whose signature, times and claims are in order. */
export interface VerifiedJwt {
  claims: JWTPayload;
  /** Undefined for tokens that never expire. In milliseconds since 1970. */
  expiresAt: number | undefined;
}

/** A public key must never be taken for the secret of an HMAC, nor "none" for a signature. */
const PUBLIC_KEY_ALGORITHMS = [
  ...['ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA'],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
];

const REASONS: Record<string, DenialReason> = {
  ERR_JWT_EXPIRED: 'token-expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'bad-signature',
  ERR_JWKS_NO_MATCHING_KEY: 'unknown-key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'unknown-key',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm-not-allowed',
  ERR_JOSE_NOT_SUPPORTED: 'algorithm-not-allowed',
};
const CLAIM_REASONS: Record<string, DenialReason> = {
  nbf: 'token-not-yet-valid',
  aud: 'wrong-audience',
  iss: 'wrong-issuer',
};

function toRejection(error: unknown): TokenRejection {
  if (isTokenRejection(error)) return error;
  const { code = '', claim, message } = error as Error & { code?: string; claim?: string };
  const reason =
    code === 'ERR_JWT_CLAIM_VALIDATION_FAILED'
      ? (CLAIM_REASONS[claim ?? ''] ?? 'invalid-claim')
      : (REASONS[code] ?? 'malformed-token');
  return new TokenRejection(reason, message, { cause: error });
}

async function verify(
  token: string,
  getKey: (header: any, input: any) => Promise<KeyLike | Uint8Array>,
  options: JWTVerifyOptions,
): Promise<VerifiedJwt> {
  try {
    const { jwtVerify } = jose();
    const { payload } = await jwtVerify(token, getKey, options);
    return {
      claims: payload,
      expiresAt: payload.exp === undefined ? undefined : payload.exp * 1000,
    };
  } catch (error) {
    throw toRejection(error);
  }
}

/**
 * Verifies a token with the keys of a JWKS endpoint.
 *
 * @throws TokenRejection
 */
export async function verifyWithJwks(
  token: string,
  client: JwksClient,
  rules: JwtRules,
): Promise<VerifiedJwt & { keyVersion: KeyVersion }> {
  let keyVersion: KeyVersion;
  const verified = await verify(
    token,
    async (header, input) => {
      const found = await client.getKey(header, input);
      keyVersion = found.version;
      return found.key as KeyLike;
    },
    { ...rules, algorithms: rules.algorithms ?? PUBLIC_KEY_ALGORITHMS },
  );
  return { ...verified, keyVersion: keyVersion! };
}

/**
 * Verifies an HS256 token.
 *
 * @throws TokenRejection
 */
export function verifyWithSecret(token: string, secret: Uint8Array): Promise<VerifiedJwt> {
  return verify(token, async () => secret, { algorithms: ['HS256'] });
}
