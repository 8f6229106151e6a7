import { AuthenticationError } from '@backstage/errors';
import type { DiscoveryService, LoggerService } from '../../api';
import { describeRejection, refusalOf, TokenRejection } from './errors';
import type { JwksClient } from './jwks-client';
import type { JwksClients } from './jwks-clients';
import {
  encodePart,
  peekClaims,
  peekHeader,
  tokenTypes,
  USER_TOKEN_AUDIENCE,
} from './token-format';
import type { Verified, VerifiedTokens } from './verified-tokens';
import { UserKeys } from './user-keys';
import { verifyWithJwks, type JwtRules } from './verify-jwt';

/** What a user token says. */
export interface VerifiedUserToken {
  userEntityRef: string;
  /** In milliseconds since 1970. */
  expiresAt: number;
  /** Limited tokens hold no claims but the user and stand in cookies and plugin tokens. */
  limited: boolean;
}

const TYPED_RULES: JwtRules = { requiredClaims: ['iat', 'exp', 'sub'] };

/** Verifies the tokens that the auth plugin issues to users, and cuts them down to limited ones. */
export class UserTokenHandler {
  readonly #keys: UserKeys;
  readonly #verified: VerifiedTokens;
  readonly #logger: LoggerService;

  constructor(options: {
    discovery: DiscoveryService;
    clients: JwksClients;
    verified: VerifiedTokens;
    logger: LoggerService;
  }) {
    this.#keys = new UserKeys(options);
    this.#verified = options.verified;
    this.#logger = options.logger;
  }

  /**
   * @returns undefined when the token is not that of a user
   * @throws AuthenticationError when it is, but not valid; ServiceUnavailableError while that cannot be told
   */
  async verifyToken(token: string): Promise<VerifiedUserToken | undefined> {
    const kind = this.#verified.kindOf(token);
    if (kind !== undefined && kind !== 'user') return undefined;
    const client = this.#keys.current();
    const known = client && this.#verified.find<VerifiedUserToken>(token, client);
    return known ?? this.#verifyAnew(token);
  }

  async #verifyAnew(token: string): Promise<VerifiedUserToken | undefined> {
    const rules = rulesFor(token);
    if (!rules) return undefined;
    try {
      const client = await this.#keys.locate();
      const known = this.#verified.find<VerifiedUserToken>(token, client);
      if (known) return known;
      return await this.#verified.verify(token, 'user', client, () => verify(token, client, rules));
    } catch (error) {
      const rejection = describeRejection(error);
      this.#logger.warn('Failed to verify incoming user token', rejection);
      throw refusalOf('Failed user token verification', rejection.reason);
    }
  }

  /**
   * A token that proves who the user is and nothing else, made of the proof inside the user's own.
   *
   * @throws AuthenticationError when the token has no such proof
   */
  createLimitedUserToken(token: string): { token: string; expiresAt: Date } {
    const header = peekHeader(token);
    const claims = peekClaims(token);
    if (!header || !claims) {
      throw new AuthenticationError('Failed to create limited user token, malformed token');
    }
    const expiresAt = new Date(Number(claims.exp) * 1000);
    // Tokens from before there were types have no proof inside and stand for themselves.
    if (!header.typ || header.typ === tokenTypes.limitedUser) return { token, expiresAt };
    if (header.typ !== tokenTypes.user) {
      throw new AuthenticationError('Failed to create limited user token, not a user token');
    }
    if (!claims.uip) {
      throw new AuthenticationError('Failed to create limited user token, no identity proof in it');
    }
    // The signature covers these exact bytes: the order of the members matters.
    const limited = [
      encodePart({ typ: tokenTypes.limitedUser, alg: header.alg, kid: header.kid }),
      encodePart({ sub: claims.sub, iat: claims.iat, exp: claims.exp }),
      claims.uip,
    ];
    return { token: limited.join('.'), expiresAt };
  }
}

function rulesFor(token: string): JwtRules | undefined {
  const typ = peekHeader(token)?.typ;
  if (typ === tokenTypes.user || typ === tokenTypes.limitedUser) return { ...TYPED_RULES, typ };
  return peekClaims(token)?.aud === USER_TOKEN_AUDIENCE
    ? { audience: USER_TOKEN_AUDIENCE, requiredClaims: ['exp', 'sub'] }
    : undefined;
}

async function verify(
  token: string,
  client: JwksClient,
  rules: JwtRules,
): Promise<Verified<VerifiedUserToken>> {
  const { claims, expiresAt, keyVersion } = await verifyWithJwks(token, client, rules);
  if (!claims.sub || expiresAt === undefined) {
    throw new TokenRejection('invalid-claim', 'the token names no user');
  }
  return {
    result: { userEntityRef: claims.sub, expiresAt, limited: rules.typ === tokenTypes.limitedUser },
    expiresAt,
    isTrusted: () => client.stillTrusts(keyVersion),
  };
}
