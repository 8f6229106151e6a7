import type { JSONWebKeySet } from 'jose';
import { TokenRejection } from './errors';

const FETCH_TIMEOUT_MS = 5_000;

/**
 * Fetches a key set. Does not follow redirects: who answers for an issuer is up to discovery.
 *
 * @throws TokenRejection when there is none to be had
 */
export async function fetchJwks(url: string): Promise<JSONWebKeySet> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw unavailable(url, `cannot be reached: ${(cause as Error)?.message ?? message}`, error);
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status === 404) {
      throw new TokenRejection('no-keys-endpoint', 'there is no JWKS endpoint (status 404)');
    }
    throw unavailable(url, `answered with status ${response.status}`);
  }
  try {
    return (await response.json()) as JSONWebKeySet;
  } catch (error) {
    throw unavailable(url, 'did not answer with JSON', error);
  }
}

/** The rejection of a token whose issuer's keys cannot be used. */
export function unavailable(url: string, what: string, cause?: unknown): TokenRejection {
  const { origin, pathname } = new URL(url); // The rest may hold secrets.
  return new TokenRejection('keys-unavailable', `${origin}${pathname} ${what}`, { cause });
}
