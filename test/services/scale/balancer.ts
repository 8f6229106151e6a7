import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address that takes each request to the replica whose turn it is. */
export class Balancer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param nextUrl - the address of the replica whose turn it is */
  static async start(nextUrl: () => string): Promise<Balancer> {
    const server = createServer((incoming, outgoing) => {
      const target = new URL(incoming.url!, nextUrl());
      const { method, headers } = incoming;
      incoming.pipe(
        request(target, { method, headers }, answer => {
          outgoing.writeHead(answer.statusCode!, { ...answer.headers, 'x-replica': target.port });
          // Before there is a body: the events bus answers long before it has events.
          outgoing.flushHeaders();
          answer.pipe(outgoing);
        }).on('error', error => {
          if (outgoing.headersSent) outgoing.destroy();
          else outgoing.writeHead(502).end(`${error}\n`);
        }),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
