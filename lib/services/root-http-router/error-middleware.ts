import { randomBytes } from 'node:crypto';
import {
  isError,
  serializeError,
  toError,
  type ErrorLike,
  type ErrorResponseBody,
} from '@backstage/errors';
import type { ErrorRequestHandler } from 'express';
import type { LoggerService } from '../../api';

/** Options of {@link MiddlewareFactory.error}. */
export interface MiddlewareFactoryErrorOptions {
  /** Whether response bodies hold stack traces. Only in development unless told. */
  showStackTraces?: boolean;
  /** Whether errors below status 500 are logged too. */
  logAllErrors?: boolean;
}

/** By the name of an error, whichever copy of `@backstage/errors` made it. */
const STATUS_CODES: { [name in string]: number } = {
  NotModifiedError: 304,
  InputError: 400,
  AuthenticationError: 401,
  NotAllowedError: 403,
  NotFoundError: 404,
  ConflictError: 409,
  NotImplementedError: 501,
  ServiceUnavailableError: 503,
};

/** Answers failed requests with the status that the error stands for, and a JSON body. */
export function errorMiddleware(
  parentLogger: LoggerService,
  options: MiddlewareFactoryErrorOptions = {},
): ErrorRequestHandler {
  const includeStack = options.showStackTraces ?? process.env.NODE_ENV === 'development';
  const logger = parentLogger.child({ type: 'errorHandler' });

  return (rawError, req, res, next) => {
    const error = hideInternalError(rawError, logger);
    // An error that is hidden may still say that trying again later helps.
    const statusCode = isError(rawError) ? statusCodeOf(rawError) : 500;
    if (options.logAllErrors || statusCode >= 500) {
      logger.error(`Request failed with status ${statusCode}`, error as Error);
    }
    if (res.headersSent) {
      // Express then closes the connection, by which the client learns that the answer is incomplete.
      next(error);
      return;
    }
    const body: ErrorResponseBody = {
      error: serializeError(error, { includeStack }),
      request: { method: req.method, url: req.url },
      response: { statusCode },
    };
    res.status(statusCode).json(body);
  };
}

/** Errors of the database and things that are no errors may hold secrets: they go to the log only. */
function hideInternalError(error: unknown, logger: LoggerService): ErrorLike {
  if (isError(error) && error.constructor?.name !== 'DatabaseError') {
    return error;
  }
  const logId = randomBytes(10).toString('hex');
  logger
    .child({ logId })
    .error(`Filtered internal error with logId=${logId} from response`, toError(error) as Error);
  const hidden = new Error(`An internal error occurred logId=${logId}`);
  delete hidden.stack;
  return toError(hidden);
}

function statusCodeOf(error: ErrorLike): number {
  for (const code of [error.statusCode, error.status]) {
    if (Number.isInteger(code) && (code as number) >= 100 && (code as number) <= 599) {
      return code as number;
    }
  }
  return Object.hasOwn(STATUS_CODES, error.name) ? STATUS_CODES[error.name] : 500;
}
