import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

type CreateConnection = (
  options: { host?: string; port?: number | string; socketPath?: string },
  callback?: (error: Error | null, socket: Socket) => void,
) => Socket;

/**
 * Makes an agent open connections to the host and port of a URL by `connect`, unless that has none.
 *
 * @returns what restores the agent
 */
export function routeAgent(agent: Agent, url: URL, connect: () => Socket | undefined): () => void {
  const target = agent as unknown as { createConnection: CreateConnection };
  const previous = target.createConnection;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  let active = true;

  const routed: CreateConnection = function createConnection(this: Agent, options, callback) {
    const isOurs =
      active && !options.socketPath && options.host === host && Number(options.port) === port;
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
