import { ForwardedError, InputError, NotFoundError, NotModifiedError } from '@backstage/errors';

/** The error for one that an SDK of object storage threw: AWS and Azure put the status in two places. */
export function forwardStorageError(message: string, error: unknown): Error {
  if (error instanceof InputError) {
    return error; // a limit of ours
  }
  const { $metadata, statusCode } = error as {
    $metadata?: { httpStatusCode?: number };
    statusCode?: number;
  };
  // CodeCommit answers with 400 to all that is wrong.
  const isMissing = /DoesNotExist/.test((error as Error).name);
  const status = isMissing ? 404 : ($metadata?.httpStatusCode ?? statusCode);
  if (status === 304 || (error as Error).name === 'NotModifiedError') {
    return new NotModifiedError();
  }
  return status === 404
    ? new NotFoundError(message, error as Error)
    : new ForwardedError(message, error);
}
