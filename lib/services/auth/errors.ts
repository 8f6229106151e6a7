import { AuthenticationError, ServiceUnavailableError } from '@backstage/errors';

/** Why a token was turned down. Stable: log searches and alerts rely on these codes. */
export type DenialReason =
  | 'access-restricted-to-other-plugins'
  | 'algorithm-not-allowed'
  | 'bad-signature'
  | 'forbidden-subject'
  | 'invalid-claim'
  | 'invalid-user-of-plugin-token'
  | 'keys-unavailable'
  | 'limited-token-not-allowed'
  | 'malformed-token'
  | 'no-keys-endpoint'
  | 'no-matching-token-type'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-too-long'
  | 'unknown-key'
  | 'wrong-audience'
  | 'wrong-issuer';

/**
 * A token is not accepted. Never leaves the auth service: callers get an AuthenticationError that does
 * not tell why, the log gets the reason. The message holds nothing of the token but names of claims.
 */
export class TokenRejection extends Error {
  override readonly name = 'TokenRejection';
  readonly reason: DenialReason;

  constructor(reason: DenialReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Whether an error tells why a token is not accepted, as opposed to a failure of ours. */
export function isTokenRejection(error: unknown): error is TokenRejection {
  return (error as Error | undefined)?.name === 'TokenRejection';
}

/**
 * What the log says of a rejection.
 *
 * @throws `error` itself when it is anything else
 */
export function describeRejection(error: unknown): { reason: DenialReason; detail: string } {
  if (isTokenRejection(error)) return { reason: error.reason, detail: error.message };
  throw error;
}

/**
 * Marks an error with the reason of a denial, for the log line of the request. Neither JSON nor the
 * response to the caller shows it.
 */
export function withReason<TError extends Error>(error: TError, reason: DenialReason): TError {
  return Object.defineProperty(error, 'reason', { value: reason });
}

/**
 * The error for a caller whose token is refused. As long as the keys of its issuer cannot be had, the token
 * may well be good: the caller shall come again, not log in anew.
 */
export function refusalOf(message: string, reason: DenialReason): Error {
  const error =
    reason === 'keys-unavailable'
      ? new ServiceUnavailableError(message)
      : new AuthenticationError(message);
  return withReason(error, reason);
}
