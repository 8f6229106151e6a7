/** Codes of {@link ParityError}; stable, for scripts. */
export type ParityErrorCode =
  | 'REQUESTS_UNREADABLE'
  | 'REQUESTS_INVALID'
  | 'BASELINE_UNREADABLE'
  | 'BASELINE_INVALID'
  | 'DATABASE_UNUSABLE'
  | 'SUBJECT_NOT_STARTED'
  | 'SUBJECT_UNREACHABLE'
  | 'CONDITION_NOT_MET';

/** What went wrong in a comparison before there was a verdict. */
export class ParityError extends Error {
  override readonly name = 'ParityError';

  constructor(
    readonly code: ParityErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
