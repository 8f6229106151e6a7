/**
 * Loaded into backends before their own code (`node --require`): lets the harness ask what routes they
 * have. Does nothing until a server of the process gets its first request.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Holds a socket for each server, named by its port. */
const folder = process.env.FORKLIFT_ROUTES;
const announced = new WeakSet<Server>();

if (folder) {
  subscribe('http.server.request.start', message => {
    const { server } = message as { server: Server };
    if (!announced.has(server)) {
      announced.add(server);
      announce(server, folder);
    }
  });
}

function announce(server: Server, into: string): void {
  const address = server.address() as AddressInfo | string | null;
  if (address === null || typeof address === 'string') {
    return;
  }
  createServer(socket => {
    socket.on('error', () => {});
    try {
      // Loaded late: most processes of a start, such as npm, are never asked.
      const { listRoutes } = require('./list-routes') as typeof import('./list-routes');
      socket.end(JSON.stringify(listRoutes(server)));
    } catch {
      socket.destroy();
    }
  })
    // A backend must not fail because nobody can ask it.
    .on('error', () => {})
    .listen(join(into, String(address.port)))
    .unref();
}
