/** The `typ` header of each kind of token that Backstage issues. */
export const tokenTypes = {
  user: 'vnd.backstage.user',
  limitedUser: 'vnd.backstage.limited-user',
  plugin: 'vnd.backstage.plugin',
} as const;

/** The audience of user tokens. */
export const USER_TOKEN_AUDIENCE = 'backstage';

/** Longer tokens are refused unread; Node.js by default accepts no more than 16 kB of headers. */
export const MAX_TOKEN_LENGTH = 64 * 1024;

/** The header of a JWT as far as we route by it. Not verified. */
export interface TokenHeader {
  typ?: unknown;
  alg?: unknown;
  kid?: unknown;
}

/** The claims of a JWT. Not verified unless said so. */
export type TokenClaims = Record<string, unknown>;

function decodePart(part: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The unverified header of a token in JWT form, undefined for everything else. */
export function peekHeader(token: string): TokenHeader | undefined {
  const end = token.indexOf('.');
  return end > 0 ? decodePart(token.slice(0, end)) : undefined;
}

/** The unverified claims of a token in JWT form, undefined for everything else. */
export function peekClaims(token: string): TokenClaims | undefined {
  const start = token.indexOf('.');
  const end = token.indexOf('.', start + 1);
  if (start <= 0 || end < 0) return undefined;
  return decodePart(token.slice(start + 1, end));
}

/** The base64url form of a JSON value, as used in the parts of a JWT. */
export function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
