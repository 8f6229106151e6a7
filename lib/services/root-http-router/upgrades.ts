import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A connection whose client asks for another protocol. */
export interface Upgrade {
  socket: Duplex;
  /** What the client has sent in the new protocol already. */
  head: Buffer;
}

/**
 * Sends requests for another protocol through the same middleware as all others, for those paths that
 * accept them.
 */
export class Upgrades {
  static readonly #pending = new WeakMap<IncomingMessage, Upgrade>();
  readonly #paths: string[] = [];
  #attach?: () => void;

  /**
   * Takes the connection of a request out of the hands of the HTTP server.
   *
   * @returns undefined when the request asks for no other protocol
   */
  static take(req: IncomingMessage, res: ServerResponse): Upgrade | undefined {
    const upgrade = Upgrades.#pending.get(req);
    if (upgrade) {
      Upgrades.#pending.delete(req);
      res.detachSocket(upgrade.socket as never);
      // No answer will end it.
      res.emit('close');
    }
    return upgrade;
  }

  /** Accepts upgrades at a path and below it. */
  accept(path: string): void {
    this.#paths.push(`${path.toLowerCase()}/`);
    this.#attachOnce();
  }

  /**
   * Serves the upgrades of a server, from the first path on that accepts any: without a listener node
   * treats them as plain requests.
   *
   * @param createResponse - as the server makes them
   */
  serve(
    server: Server,
    listener: RequestListener,
    createResponse: (req: IncomingMessage) => ServerResponse,
  ): void {
    this.#attach = () => {
      server.on('upgrade', (req, socket, head) => {
        if (!this.#accepts(req) && server.listenerCount('upgrade') > 1) {
          return; // for another listener
        }
        // The server, which did this so far, has let go of the connection.
        socket.on('error', () => socket.destroy());
        const res = createResponse(req);
        res.shouldKeepAlive = false;
        res.assignSocket(socket as never);
        res.on('finish', () => socket.end());
        Upgrades.#pending.set(req, { socket, head });
        listener(req, res);
      });
    };
    if (this.#paths.length > 0) {
      this.#attachOnce();
    }
  }

  #attachOnce(): void {
    this.#attach?.();
    this.#attach = undefined;
  }

  #accepts(req: IncomingMessage): boolean {
    const path = `${req.url!.split('?')[0].toLowerCase()}/`;
    return this.#paths.some(accepted => path.startsWith(accepted));
  }
}
