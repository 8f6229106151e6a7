import type { Config } from '@backstage/config';
import { peekClaims, peekHeader } from '../token-format';
import type { VerifiedTokens } from '../verified-tokens';
import { verifyWithSecret } from '../verify-jwt';
import type { ExternalTokenHandler } from './external-token-handler';
import { readNonSpace } from './read-non-space';

/** Tokens without an expiry are verified again this often. */
const RECHECK_MS = 3600_000;

interface LegacyEntry {
  secret: Uint8Array;
  subject: string;
}

/** The subject of tokens that are signed with a secret of `backend.auth.keys`. */
export const OLD_KEYS_SUBJECT = 'external:backstage-plugin';

/** Reads the secret of an entry. */
export function readLegacySecret(options: Config): Uint8Array {
  const secret = Buffer.from(readNonSpace(options, 'secret'), 'base64');
  if (secret.length === 0) throw new Error(`'secret' must be a base64 string`);
  return secret;
}

/** Tokens as the old backend system made them, signed with a shared secret. */
export function createLegacyTokenHandler(
  verified: VerifiedTokens,
): ExternalTokenHandler<LegacyEntry> {
  return {
    type: 'legacy',
    initialize: ({ options }) => ({
      secret: readLegacySecret(options),
      subject: readNonSpace(options, 'subject'),
    }),
    async verifyToken(token, entry) {
      const known = verified.find<{ subject: string }>(token, entry);
      if (known) return known;
      const claims = peekHeader(token)?.alg === 'HS256' ? peekClaims(token) : undefined;
      if (claims?.sub !== 'backstage-server' || claims.aud) return undefined;
      return verified.verify(token, 'external', entry, async () => {
        const { expiresAt = Date.now() + RECHECK_MS } = await verifyWithSecret(token, entry.secret);
        return { result: { subject: entry.subject }, expiresAt, isTrusted: () => true };
      });
    },
  };
}
