import { TokenRejection } from '../errors';
import type { JwksClient } from '../jwks-client';
import type { JwksClients } from '../jwks-clients';
import { peekClaims, peekHeader } from '../token-format';
import type { Verified, VerifiedTokens } from '../verified-tokens';
import { verifyWithJwks, type JwtRules } from '../verify-jwt';
import type { ExternalTokenHandler } from './external-token-handler';
import { readNonSpace } from './read-non-space';
import { readStringList } from './read-string-list';

/** Tokens without an expiry are verified again this often. */
const RECHECK_MS = 3600_000;

interface JwksEntry {
  client: JwksClient;
  rules: JwtRules & { issuer?: string[] };
  subjectPrefix: string;
}

/** Tokens of another issuer that publishes its keys. */
export function createJwksTokenHandler(
  verified: VerifiedTokens,
  clients: JwksClients,
): ExternalTokenHandler<JwksEntry> {
  return {
    type: 'jwks',
    initialize({ options }) {
      const url = readNonSpace(options, 'url');
      if (!URL.canParse(url)) throw new Error(`'url' must be an absolute URL`);
      const prefix = options.getOptionalString('subjectPrefix');
      return {
        client: clients.get(url),
        rules: {
          algorithms: readStringList(options, 'algorithm'),
          issuer: readStringList(options, 'issuer'),
          audience: readStringList(options, 'audience'),
        },
        subjectPrefix: prefix ? `external:${prefix}:` : 'external:',
      };
    },
    async verifyToken(token, entry) {
      const known = verified.find<{ subject: string }>(token, entry);
      if (known) return known;
      if (!mayBeIssuedBy(entry, token)) return undefined;
      return verified.verify(token, 'external', entry, () => verify(token, entry));
    },
  };
}

/** Spares an issuer the question about tokens that it cannot have issued. */
function mayBeIssuedBy({ rules }: JwksEntry, token: string): boolean {
  const claims = peekHeader(token) && peekClaims(token);
  if (!claims) return false;
  return !rules.issuer || rules.issuer.includes(String(claims.iss));
}

async function verify(token: string, entry: JwksEntry): Promise<Verified<{ subject: string }>> {
  const { client, rules, subjectPrefix } = entry;
  const { claims, expiresAt, keyVersion } = await verifyWithJwks(token, client, rules);
  if (!claims.sub) throw new TokenRejection('invalid-claim', 'the token names no subject');
  return {
    result: { subject: `${subjectPrefix}${claims.sub}` },
    expiresAt: expiresAt ?? Date.now() + RECHECK_MS,
    isTrusted: () => client.stillTrusts(keyVersion),
  };
}
