import { ConfigReader, type Config } from '@backstage/config';
import type { CorsOptions } from 'cors';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Router,
} from 'express';
import type { Server } from 'node:http';
import type { LoggerService } from '../../lib/api';
import {
  createHttpServer,
  MiddlewareFactory,
  readHttpServerOptions,
} from '../../lib/services/root-http-router';
import {
  errorHandler,
  notFoundHandler,
  requestLoggingHandler,
  type RequestLoggingHandlerFactory,
} from './middleware';
import { processLifecycle } from './process-lifecycle';
import { getRootLogger } from './root-logger';

/** @deprecated Use `createBackend`, with routes added by plugins. */
export interface ServiceBuilder {
  /** Reads the `backend` section: where to listen, HTTPS, CORS, headers. */
  loadConfig(config: Config): ServiceBuilder;
  setPort(port: number): ServiceBuilder;
  /** @param host - every address of the machine when empty */
  setHost(host: string): ServiceBuilder;
  setLogger(logger: LoggerService): ServiceBuilder;
  enableCors(options: CorsOptions): ServiceBuilder;
  setHttpsSettings(settings: {
    certificate: { key: string; cert: string } | { hostname: string };
  }): ServiceBuilder;
  /** Replaces what `backend.csp` says. `false` removes a directive. */
  setCsp(options: { [directive in string]?: string[] | false }): ServiceBuilder;
  addRouter(root: string, router: Router | RequestHandler): ServiceBuilder;
  setRequestLoggingHandler(factory: RequestLoggingHandlerFactory): ServiceBuilder;
  /** Runs before the default error handler. */
  setErrorHandler(handler: ErrorRequestHandler): ServiceBuilder;
  disableDefaultErrorHandler(): ServiceBuilder;
  /** @throws Error when the address can not be listened on */
  start(): Promise<Server>;
}

class DefaultServiceBuilder implements ServiceBuilder {
  readonly #routers: Array<[string, Router | RequestHandler]> = [];
  #config: Config = new ConfigReader({});
  #serverOptions = readHttpServerOptions();
  #logger?: LoggerService;
  #cors?: CorsOptions;
  #csp?: { [directive in string]?: string[] | false };
  #requestLoggingHandler: RequestLoggingHandlerFactory = requestLoggingHandler;
  #errorHandler?: ErrorRequestHandler;
  #usesDefaultErrorHandler = true;

  loadConfig(config: Config) {
    this.#config = config;
    this.#serverOptions = readHttpServerOptions(config.getOptionalConfig('backend'));
    this.#cors = undefined;
    this.#csp = undefined;
    return this;
  }

  setPort(port: number) {
    this.#serverOptions.listen.port = port;
    return this;
  }

  setHost(host: string) {
    this.#serverOptions.listen.host = host;
    return this;
  }

  setLogger(logger: LoggerService) {
    this.#logger = logger;
    return this;
  }

  enableCors(options: CorsOptions) {
    this.#cors = options;
    return this;
  }

  setHttpsSettings({ certificate }: Parameters<ServiceBuilder['setHttpsSettings']>[0]) {
    this.#serverOptions.https = {
      certificate:
        'hostname' in certificate
          ? { ...certificate, type: 'generated' }
          : { ...certificate, type: 'pem' },
    };
    return this;
  }

  setCsp(options: { [directive in string]?: string[] | false }) {
    this.#csp = options;
    return this;
  }

  addRouter(root: string, router: Router | RequestHandler) {
    this.#routers.push([root, router]);
    return this;
  }

  setRequestLoggingHandler(factory: RequestLoggingHandlerFactory) {
    this.#requestLoggingHandler = factory;
    return this;
  }

  setErrorHandler(handler: ErrorRequestHandler) {
    this.#errorHandler = handler;
    return this;
  }

  disableDefaultErrorHandler() {
    this.#usesDefaultErrorHandler = false;
    return this;
  }

  async start(): Promise<Server> {
    const logger = this.#logger ?? getRootLogger();
    const server = await createHttpServer(this.#createApp(logger), this.#serverOptions, { logger });
    processLifecycle.addBeforeShutdownHook(() => server.stop());
    await server.start();
    return server;
  }

  #createApp(logger: LoggerService): Express {
    const app = express();
    const middleware = MiddlewareFactory.create({ config: this.#config, logger });
    app.use(this.#helmet(logger) ?? middleware.helmet());
    app.use(this.#corsHandler() ?? middleware.cors());
    app.use(middleware.compression());
    app.use(this.#requestLoggingHandler(logger));
    for (const [root, router] of this.#routers) {
      app.use(root, router);
    }
    app.use(notFoundHandler());
    if (this.#errorHandler) {
      app.use(this.#errorHandler);
    }
    if (this.#usesDefaultErrorHandler) {
      app.use(errorHandler());
    }
    return app;
  }

  #helmet(logger: LoggerService): RequestHandler | undefined {
    if (!this.#csp) {
      return undefined;
    }
    const csp = Object.fromEntries(
      Object.entries(this.#csp).filter(([, value]) => value !== undefined),
    ) as { [directive in string]: string[] | false };
    const config = new ConfigReader({ backend: { csp } });
    return MiddlewareFactory.create({ config, logger }).helmet();
  }

  #corsHandler(): RequestHandler | undefined {
    if (!this.#cors) {
      return undefined;
    }
    const cors = require('cors') as typeof import('cors');
    return cors(this.#cors);
  }
}

/**
 * Builds the server of an old backend.
 *
 * @deprecated Use `createBackend`; `forklift lift` rewrites index.ts.
 */
export function createServiceBuilder(_module: NodeModule): ServiceBuilder {
  return new DefaultServiceBuilder();
}
