import { ConfigReader } from '@backstage/config';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { LoggerService } from '../../lib/api';
import { MiddlewareFactory } from '../../lib/services/root-http-router';
import { getRootLogger } from './root-logger';

/** @deprecated Use `MiddlewareFactoryErrorOptions` of backstage-forklift/services. */
export type ErrorHandlerOptions = {
  /** Whether bodies hold stack traces. In development only, unless told. */
  showStackTraces?: boolean;
  /** The root logger unless told. */
  logger?: LoggerService;
  /** Whether errors below status 500 are logged, too. */
  logClientErrors?: boolean;
};

/** @deprecated Use `MiddlewareFactory` of backstage-forklift/services. */
export type RequestLoggingHandlerFactory = (logger?: LoggerService) => RequestHandler;

/**
 * Turns errors into responses.
 *
 * @deprecated Use `MiddlewareFactory.create(...).error()`; the router of a plugin has it built in.
 */
export function errorHandler(options: ErrorHandlerOptions = {}): ErrorRequestHandler {
  const { logger, logClientErrors, showStackTraces } = options;
  return middleware(logger).error({ logAllErrors: logClientErrors, showStackTraces });
}

/**
 * Answers 404.
 *
 * @deprecated Use `MiddlewareFactory.create(...).notFound()`.
 */
export function notFoundHandler(): RequestHandler {
  return middleware().notFound();
}

/**
 * Logs every request.
 *
 * @deprecated Use `MiddlewareFactory.create(...).logging()`.
 */
export function requestLoggingHandler(logger?: LoggerService): RequestHandler {
  return middleware(logger).logging();
}

function middleware(logger: LoggerService = getRootLogger()): MiddlewareFactory {
  return MiddlewareFactory.create({ config: new ConfigReader({}), logger });
}
