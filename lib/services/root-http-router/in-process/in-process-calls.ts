import { AsyncResource } from 'node:async_hooks';
import * as http from 'node:http';
import { isIP } from 'node:net';
import type { LoggerService } from '../../../api';
import type { ExtendedHttpServer } from '../create-http-server';
import { listenUrl } from '../listen-url';
import type { HttpServerOptions } from '../read-http-server-options';
import { InProcessSocket } from './in-process-socket';
import { routeAgents } from './route-agents';
import { routeFetch } from './route-fetch';

/**
 * Leads the HTTP calls that this process makes to its own server past the network: those by `fetch`
 * without a dispatcher of its own, and those by `http.request` with any agent (`node-fetch`, `axios`).
 * The server gets the same bytes as over the network, so that tokens, middleware, streams and aborts
 * are what they were. Ends when the server closes.
 *
 * @param server - has started
 */
export function startInProcessCalls(
  server: ExtendedHttpServer,
  options: HttpServerOptions,
  logger: LoggerService,
): void {
  const { host } = options.listen;
  const url = new URL(listenUrl({ ...options, listen: { host, port: server.port() } }));
  const address = isIP(host) ? host : '127.0.0.1';
  const clients = new Set<InProcessSocket>();

  function connect(): InProcessSocket | undefined {
    if (!server.listening) {
      return undefined;
    }
    const ends = InProcessSocket.pair(address, { encrypted: Boolean(options.https) });
    clients.add(ends.client);
    ends.client.on('close', () => clients.delete(ends.client));
    server.emit(options.https ? 'secureConnection' : 'connection', ends.server);
    return ends.client;
  }

  // A connection outlives the call that opens it, and must not carry the context of that.
  const connectDetached = AsyncResource.bind(connect);
  const { Agent } = options.https ? (require('node:https') as typeof import('node:https')) : http;
  const endings = [
    routeAgents(Agent, url, connectDetached),
    routeFetch(url, connectDetached, logger),
  ];
  server.once('close', () => {
    endings.forEach(end => end());
    clients.forEach(client => client.destroy());
  });
}
