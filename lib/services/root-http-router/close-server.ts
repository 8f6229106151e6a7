import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { LoggerService } from '../../api';

/** Connections whose last request has been answered are looked for this often. Milliseconds. */
const SWEEP_INTERVAL = 50;

/**
 * Prepares the end of a server, before it listens: it then accepts no new connections, those that are
 * idle are closed, the others when their request has been answered or when time is up.
 *
 * @param drainTimeout - milliseconds; for ever when undefined
 */
export function prepareClose(
  server: Server,
  logger: LoggerService,
  drainTimeout: number | undefined,
): () => Promise<void> {
  // The server itself forgets connections that have become something else, web sockets for example.
  const connections = new Set<Socket>();
  server.on('connection', socket => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });

  function cutOff() {
    if (drainTimeout) {
      logger.warn(
        `Closing ${connections.size} connections that are still in use ${drainTimeout} ms after the server has stopped`,
      );
    }
    connections.forEach(socket => socket.destroy());
  }

  return async () => {
    if (!server.listening) {
      return;
    }
    const closed = new Promise<void>((resolve, reject) => {
      server.close(error => (error ? reject(error) : resolve()));
    });
    server.closeIdleConnections();
    // A client may keep a connection open that becomes idle only now.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL);
    const deadline = drainTimeout === undefined ? undefined : setTimeout(cutOff, drainTimeout);
    try {
      await closed;
    } finally {
      clearInterval(sweep);
      clearTimeout(deadline);
    }
  };
}
