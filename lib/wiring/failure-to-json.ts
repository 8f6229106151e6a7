import type { StartupFailure } from './startup-result';

/** Errors have nothing that JSON sees; more causes than this are a circle, or of no use. */
const MOST_CAUSES = 10;

/** An error in JSON. */
export interface JsonError {
  name: string;
  message: string;
  cause?: JsonError | string;
}

/** A failure in a form that keeps the error's name, message and causes in JSON. */
export function failureToJson(
  failure: StartupFailure | undefined,
): { error: JsonError | string; allowed: boolean } | undefined {
  return failure && { error: errorToJson(failure.error), allowed: failure.allowed };
}

function errorToJson(error: unknown, depth = 0): JsonError | string {
  if (!(error instanceof Error) || depth > MOST_CAUSES) {
    return String(error);
  }
  const { name, message, cause } = error;
  return cause === undefined
    ? { name, message }
    : { name, message, cause: errorToJson(cause, depth + 1) };
}
