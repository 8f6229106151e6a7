import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { LifecycleService, LoggerService, RootConfigService } from '../../api';
import { errorMiddleware, type MiddlewareFactoryErrorOptions } from './error-middleware';
import { compressionMiddleware } from './compression-middleware';
import { loggingMiddleware } from './logging-middleware';
import { passThrough } from './pass-through';
import { globalRateLimit } from './rate-limit-middleware';
import { readCorsOptions } from './read-cors-options';
import { readHelmetOptions } from './read-helmet-options';
import { recordHeaders } from './record-headers';

/** Options of {@link MiddlewareFactory.create}. */
export interface MiddlewareFactoryOptions {
  config: RootConfigService;
  logger: LoggerService;
  /** Ends what middleware keeps open, for example a connection to the store of the rate limit. */
  lifecycle?: LifecycleService;
}

/** Creates the middleware that every backend uses. */
export class MiddlewareFactory {
  readonly #config: RootConfigService;
  readonly #logger: LoggerService;
  readonly #lifecycle?: LifecycleService;

  static create(options: MiddlewareFactoryOptions): MiddlewareFactory {
    return new MiddlewareFactory(options);
  }

  private constructor(options: MiddlewareFactoryOptions) {
    this.#config = options.config;
    this.#logger = options.logger;
    this.#lifecycle = options.lifecycle;
  }

  /** Answers 404 with no body. Belongs after all routes. */
  notFound(): RequestHandler {
    return (_req, res) => {
      res.status(404).end();
    };
  }

  /** Compresses bodies. */
  compression(): RequestHandler {
    return compressionMiddleware();
  }

  /** Logs a line for every answered request. */
  logging(): RequestHandler {
    return loggingMiddleware(this.#logger);
  }

  /** Sets security headers, by `backend.csp` and `backend.referrer`. */
  helmet(): RequestHandler {
    const { default: helmet } = require('helmet') as typeof import('helmet');
    try {
      // No option depends on the request, so every response gets the same headers.
      return recordHeaders(helmet(readHelmetOptions(this.#config.getOptionalConfig('backend'))));
    } catch (error) {
      throw new Error(`Invalid headers in backend.csp or backend.referrer: ${error}`, {
        cause: error,
      });
    }
  }

  /** Sets CORS headers and answers preflight requests, by `backend.cors`. */
  cors(): RequestHandler {
    const options = readCorsOptions(this.#config.getOptionalConfig('backend'));
    if (options.origin === false) {
      return passThrough;
    }
    const cors = require('cors') as typeof import('cors');
    return cors(options);
  }

  /** Limits requests by `backend.rateLimit`. */
  rateLimit(): RequestHandler {
    return (
      globalRateLimit(this.#config, { logger: this.#logger, lifecycle: this.#lifecycle }) ??
      passThrough
    );
  }

  /** Turns errors into responses. Belongs after everything else. */
  error(options?: MiddlewareFactoryErrorOptions): ErrorRequestHandler {
    return errorMiddleware(this.#logger, options);
  }
}
