import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { LoggerService, RootConfigService } from '../../api';
import { errorMiddleware, type MiddlewareFactoryErrorOptions } from './error-middleware';
import { loggingMiddleware } from './logging-middleware';
import { readCorsOptions } from './read-cors-options';
import { readHelmetOptions } from './read-helmet-options';

/** Options of {@link MiddlewareFactory.create}. */
export interface MiddlewareFactoryOptions {
  config: RootConfigService;
  logger: LoggerService;
}

/** Creates the middleware that every backend uses. */
export class MiddlewareFactory {
  readonly #config: RootConfigService;
  readonly #logger: LoggerService;

  static create(options: MiddlewareFactoryOptions): MiddlewareFactory {
    return new MiddlewareFactory(options);
  }

  private constructor(options: MiddlewareFactoryOptions) {
    this.#config = options.config;
    this.#logger = options.logger;
  }

  /** Answers 404 with no body. Belongs after all routes. */
  notFound(): RequestHandler {
    return (_req, res) => {
      res.status(404).end();
    };
  }

  /** Compresses bodies. */
  compression(): RequestHandler {
    const compression = require('compression') as typeof import('compression');
    return compression();
  }

  /** Logs a line for every answered request. */
  logging(): RequestHandler {
    return loggingMiddleware(this.#logger);
  }

  /** Sets security headers, by `backend.csp` and `backend.referrer`. */
  helmet(): RequestHandler {
    const helmet = require('helmet') as typeof import('helmet');
    return helmet.default(readHelmetOptions(this.#config.getOptionalConfig('backend')));
  }

  /** Sets CORS headers and answers preflight requests, by `backend.cors`. */
  cors(): RequestHandler {
    const cors = require('cors') as typeof import('cors');
    return cors(readCorsOptions(this.#config.getOptionalConfig('backend')));
  }

  /** Limits requests by `backend.rateLimit`. */
  rateLimit(): RequestHandler {
    return (_req, _res, next) => next();
  }

  /** Turns errors into responses. Belongs after everything else. */
  error(options?: MiddlewareFactoryErrorOptions): ErrorRequestHandler {
    return errorMiddleware(this.#logger, options);
  }
}
