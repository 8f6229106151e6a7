/** Claims of a token that nobody has verified. */
export interface UnverifiedClaims {
  aud?: unknown;
  sub?: unknown;
  ent?: unknown;
  exp?: number;
}

/** The claims of a JWT, or nothing when it is none. */
export function decodeToken(token: string): UnverifiedClaims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) {
    return undefined;
  }
  try {
    return JSON.parse(Buffer.from(parts[1], 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
