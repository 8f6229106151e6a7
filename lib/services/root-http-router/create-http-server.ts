import * as http from 'node:http';
import type { LoggerService } from '../../api';
import { getGeneratedCertificate } from './get-generated-certificate';
import type { HttpServerOptions } from './read-http-server-options';

/** An HTTP server that knows its address. */
export interface ExtendedHttpServer extends http.Server {
  /** @throws Error when the address cannot be listened on */
  start(): Promise<void>;
  /** Refuses new requests and resolves when the open ones have been answered. */
  stop(): Promise<void>;
  /** The port it listens on. */
  port(): number;
}

/** Creates a server for `options.listen`, with TLS when `options.https` asks for it. */
export async function createHttpServer(
  listener: http.RequestListener,
  options: HttpServerOptions,
  deps: { logger: LoggerService },
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
      deps.logger.info(`Listening on ${host}:${port}`);
    },
    async stop() {
      if (!server.listening) {
        return;
      }
      const closed = new Promise<void>((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()));
      });
      if (process.env.NODE_ENV === 'development') {
        server.closeAllConnections();
      } else {
        server.closeIdleConnections();
      }
      await closed;
    },
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
  const https = await import('node:https');
  const { certificate } = options.https;
  if (certificate.type === 'pem') {
    return https.createServer(
      { ...serverOptions, cert: certificate.cert, key: certificate.key },
      listener,
    );
  }
  return https.createServer(
    { ...serverOptions, ...(await getGeneratedCertificate(certificate.hostname, logger)) },
    listener,
  );
}

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: { [code in string]: string } = {
    EADDRINUSE: 'the port is already in use. Stop the process that uses it, or choose another port',
    EACCES: 'this user may not use the port. Choose one above 1023',
    EADDRNOTAVAIL: 'the host is no address of this machine. Choose another, or leave it out',
    ENOTFOUND: 'the host is unknown. Choose another, or leave it out',
  };
  const reason = reasons[error.code ?? ''];
  if (!reason) {
    return error;
  }
  const address = `port ${port} of ${host ? `host '${host}'` : 'every host'}`;
  return Object.assign(
    new Error(`Cannot listen on ${address}: ${reason} with the configuration key backend.listen`, {
      cause: error,
    }),
    { code: error.code },
  );
}
