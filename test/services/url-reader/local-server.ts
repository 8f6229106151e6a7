import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that answers as a test tells it to, and remembers what it was asked. */
export interface LocalServer {
  host: string;
  url: string;
  requests: IncomingMessage[];
  close(): Promise<void>;
}

export async function startServer(
  listener: RequestListener,
  address = '127.0.0.1',
): Promise<LocalServer> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((req, res) => {
    requests.push(req);
    listener(req, res);
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, address, resolve),
  );
  const { port } = server.address() as AddressInfo;
  const host = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return {
    host,
    url: `http://${host}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers by path and query; anything else is 404. */
export function routes(
  table: Record<string, object | string | Buffer | RequestListener>,
): RequestListener {
  return (req, res) => {
    const answer = table[req.url ?? ''];
    if (answer === undefined) {
      res.writeHead(404).end('none');
    } else if (typeof answer === 'function') {
      (answer as RequestListener)(req, res);
    } else if (typeof answer === 'string' || Buffer.isBuffer(answer)) {
      res.end(answer);
    } else {
      res.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    }
  };
}
