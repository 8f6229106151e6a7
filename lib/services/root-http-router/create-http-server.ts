import * as http from 'node:http';
import type { LoggerService } from '../../api';
import { prepareClose } from './close-server';
import { explainListenError } from './explain-listen-error';
import { getGeneratedCertificate } from './get-generated-certificate';
import type { HttpServerOptions } from './read-http-server-options';

/** An HTTP server that knows its address. */
export interface ExtendedHttpServer extends http.Server {
  /** @throws Error when the address cannot be listened on */
  start(): Promise<void>;
  /** Accepts no new connections and resolves when the open requests have been answered. */
  stop(): Promise<void>;
  /** The port it listens on. */
  port(): number;
}

/** What {@link createHttpServer} needs beside its options. */
export interface HttpServerDeps {
  logger: LoggerService;
  /** How long `stop` waits for open requests before it cuts them off. Milliseconds; for ever unless told. */
  drainTimeout?: number;
}

/**
 * Creates a server for `options.listen`, with TLS when `options.https` asks for it.
 *
 * @param serverOptions - passed on to node
 */
export async function createHttpServer(
  listener: http.RequestListener,
  options: HttpServerOptions,
  deps: HttpServerDeps,
  serverOptions: http.ServerOptions<any, any> = {},
): Promise<ExtendedHttpServer> {
  const server = await createServer(listener, options, deps.logger, serverOptions);
  const { host, port } = options.listen;
  return Object.assign(server, {
    async start() {
      await new Promise<void>((resolve, reject) => {
        const onError = (error: NodeJS.ErrnoException) => {
          reject(explainListenError(error, host, port));
        };
        server.once('error', onError);
        server.listen(port, host, () => {
          server.off('error', onError);
          resolve();
        });
      });
      // Port 0 in the configuration stands for any free one.
      deps.logger.info(`Listening on ${host}:${this.port()}`);
    },
    stop: prepareClose(server, deps.logger, deps.drainTimeout),
    port() {
      const address = server.address();
      if (typeof address === 'string' || address === null) {
        throw new Error(`Unexpected server address '${address}'`);
      }
      return address.port;
    },
  });
}

async function createServer(
  listener: http.RequestListener,
  options: HttpServerOptions,
  logger: LoggerService,
  serverOptions: http.ServerOptions<any, any>,
): Promise<http.Server> {
  if (!options.https) {
    return http.createServer(serverOptions, listener);
  }
  const https = require('node:https') as typeof import('node:https');
  const { certificate } = options.https;
  if (certificate.type === 'generated') {
    const generated = await getGeneratedCertificate(certificate.hostname, logger);
    return https.createServer({ ...serverOptions, ...generated }, listener);
  }
  const { cert, key } = certificate;
  try {
    return https.createServer({ ...serverOptions, cert, key }, listener);
  } catch (error) {
    throw new Error(
      `Invalid certificate or key in backend.https.certificate, expected PEM texts that belong together: ${error}`,
      { cause: error },
    );
  }
}
