/** The cookie that holds a limited user token. */
export const AUTH_COOKIE = 'backstage-auth';

/** Stands for "no credentials" where a request would otherwise count as the default user's. */
export const NONE_TOKEN = 'mock-none-token';

/** The kinds of mock tokens, and what each carries behind its name. */
export interface MockTokenPayloads {
  user: { sub: string; actor?: { subject: string } };
  'limited-user': { sub: string };
  service: { sub?: string; obo?: string; target?: string };
}

/** What stands before a token's payload: `mock-user-token:{"sub":"user:default/mock"}`. */
const name = (kind: keyof MockTokenPayloads) => `mock-${kind}-token`;

/** A token that every mock refuses. */
export const invalidToken = (kind: keyof MockTokenPayloads) => `mock-invalid-${kind}-token`;

/** A token of a kind; without a payload that of the default principal. */
export function encodeToken<TKind extends keyof MockTokenPayloads>(
  kind: TKind,
  payload?: MockTokenPayloads[TKind],
): string {
  return payload ? `${name(kind)}:${JSON.stringify(payload)}` : name(kind);
}

/**
 * Reads a token of a kind.
 *
 * @returns the payload, `{}` for a token without one, undefined for a token of another kind
 */
export function decodeToken<TKind extends keyof MockTokenPayloads>(
  kind: TKind,
  token: string,
): Partial<MockTokenPayloads[TKind]> | undefined {
  if (token === name(kind)) {
    return {};
  }
  const prefix = `${name(kind)}:`;
  return token.startsWith(prefix) ? JSON.parse(token.slice(prefix.length)) : undefined;
}
