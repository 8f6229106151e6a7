import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

type ConnectionOptions = {
  host?: string;
  port?: number | string;
  socketPath?: string;
  cert?: unknown;
  pfx?: unknown;
};

type CreateConnection = (
  options: ConnectionOptions,
  callback?: (error: Error | null, socket: Socket) => void,
) => Socket;

/**
 * Makes all agents of a class, those of subclasses included, open connections to the host and port of a
 * URL by `connect`, unless that has none. An agent that makes its connections by itself, as those for
 * proxies do, and a call with a certificate of the caller keep to the network.
 *
 * @returns what restores the class
 */
export function routeAgents(
  agentClass: { prototype: Agent },
  url: URL,
  connect: () => Socket | undefined,
): () => void {
  const target = agentClass.prototype as unknown as { createConnection: CreateConnection };
  const previous = target.createConnection;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  let active = true;

  const routed: CreateConnection = function createConnection(this: Agent, options, callback) {
    const isOurs =
      active &&
      options.host === host &&
      Number(options.port) === port &&
      !(options.socketPath || options.cert || options.pfx);
    return (isOurs ? connect() : undefined) ?? previous.call(this, options, callback);
  };
  target.createConnection = routed;

  return () => {
    active = false;
    if (target.createConnection === routed) {
      target.createConnection = previous;
    }
  };
}
