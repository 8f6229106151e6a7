import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { listRoutes } from './routes/list-routes';
import { urlSubject, type ParitySubject } from './subject';

/** Options of {@link startServerSubject}. */
export interface ServerSubjectOptions {
  /** How reports call it, for example `old`. */
  name: string;
  /**
   * A server, or what answers requests, such as an app of express. A server that does not listen yet gets a
   * free port.
   */
  server: Server | HttpsServer | RequestListener;
  /** Certificates (PEM) that are trusted beside those that Node.js trusts. */
  ca?: string;
  /** Ends the backend that the server belongs to; without it, the server is closed. */
  stop?(): Promise<void>;
}

/**
 * A backend that runs in this process: the `server` of `startTestBackend`, the one that
 * `createServiceBuilder(module).start()` gives, or just a router.
 *
 * @example
 * const backend = await startTestBackend({ features: [ticketsPlugin] });
 * const stop = () => backend.stop();
 * const right = await startServerSubject({ name: 'new', server: backend.server, stop });
 */
export async function startServerSubject(options: ServerSubjectOptions): Promise<ParitySubject> {
  const { name, ca } = options;
  const server = toServer(options.server);
  if (!server.listening) {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve());
    });
  }
  const { port } = server.address() as AddressInfo;
  const protocol = server instanceof HttpsServer ? 'https' : 'http';
  let stopping: Promise<void> | undefined;
  const stop = options.stop ?? (() => close(server));
  return {
    ...urlSubject(name, `${protocol}://localhost:${port}`, ca),
    routes: async () => listRoutes(server),
    stop: () => (stopping ??= stop()),
  };
}

function toServer(server: ServerSubjectOptions['server']): Server | HttpsServer {
  return typeof server === 'function' ? createServer(server) : server;
}

function close(server: Server | HttpsServer): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => {
    server.close(() => resolve());
  });
}
