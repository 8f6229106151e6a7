import {
  Agent as HttpAgent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { harEntry } from './har-entry';
import { HarWriter } from './har-writer';
import { RecordedBody } from './recorded-body';

/** Options of {@link startRecordingProxy}. */
export interface RecordingProxyOptions {
  /** The backend, such as `http://localhost:7007`. */
  target: string;
  /** The HAR file that is written; it must not be there yet. */
  output: string;
  /** Defaults to a free one. */
  port?: number;
  /** Where connections are accepted; defaults to `127.0.0.1`. */
  host?: string;
  /** Bytes after which another file begins; defaults to 100 MiB. */
  maxFileSize?: number;
  /** Bytes of a body up to which it is recorded; all pass through. Defaults to 1 MiB. */
  maxBodySize?: number;
  /** Certificates (PEM) that are trusted beside those that Node.js trusts. */
  ca?: string;
  /** Called with what could not be passed on or recorded. */
  onProblem?(message: string): void;
}

/** A proxy that records what passes. */
export interface RecordingProxy {
  readonly url: string;
  /** How many requests were recorded so far. */
  recorded(): number;
  /** Ends all connections; what was answered until then is recorded. Idempotent. */
  close(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;
/** Unused connections are closed before a server of Node.js closes them (5 s). Milliseconds. */
const IDLE_TIMEOUT = 4_000;

/**
 * Starts a proxy in front of a backend that writes each request and its answer to a HAR file, for
 * {@link readHarFile}. Bodies of any size stream through; web sockets and server-sent events do, too (of
 * web sockets nothing is recorded). Credentials, cookies, tokens and passwords are masked before anything
 * is written. The file is complete at any moment, even when the process is killed.
 *
 * @throws Error when the file is there already or can not be written, or the port is taken
 */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const { port = 0, host = '127.0.0.1', onProblem = () => {} } = options;
  const { version } = require('backstage-forklift/package.json') as { version: string };
  const writer = new HarWriter(options.output, {
    maxFileSize: options.maxFileSize ?? 100 * MEBIBYTE,
    creator: { name: 'backstage-forklift', version },
  });
  const recorder = new Recorder(options, writer, onProblem);
  const server = createServer((request, response) => recorder.pass(request, response));
  server.on('upgrade', (request, socket: Socket, head) => recorder.upgrade(request, socket, head));
  // How long an upload may take is up to the backend.
  server.requestTimeout = 0;
  try {
    await listen(server, port, host);
  } catch (error) {
    writer.close();
    throw error;
  }
  const { port: chosen } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    recorded: () => recorder.recorded,
    close: () => (closed ??= recorder.close(server)),
  };
}

class Recorder {
  readonly #proxy: import('http-proxy-3').ProxyServer;
  readonly #agent: HttpAgent;
  readonly #origin: string;
  readonly #writer: HarWriter;
  readonly #maxBodySize: number;
  readonly #onProblem: (message: string) => void;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<() => void>();
  recorded = 0;

  constructor(
    { target, ca, maxBodySize = MEBIBYTE }: RecordingProxyOptions,
    writer: HarWriter,
    onProblem: (message: string) => void,
  ) {
    const { createProxyServer } = require('http-proxy-3') as typeof import('http-proxy-3');
    const connections = { keepAlive: true, timeout: IDLE_TIMEOUT };
    this.#agent = /^https:/i.test(target)
      ? new HttpsAgent({ ...connections, ca })
      : new HttpAgent(connections);
    this.#proxy = createProxyServer({
      agent: this.#agent,
      target: target.replace(/\/+$/, ''),
      changeOrigin: true,
      preserveHeaderKeyCase: true,
      ...(ca && { ca }),
    });
    this.#origin = new URL(target).origin;
    this.#writer = writer;
    this.#maxBodySize = maxBodySize;
    this.#onProblem = onProblem;
    this.#proxy.on('proxyReqWs', (toBackend, _request, fromClient) => {
      toBackend.once('upgrade', (_answer, backend: Socket) => {
        // The proxy ends them together only when one of them fails or ends in order.
        fromClient.once('close', () => backend.destroy());
        backend.once('close', () => fromClient.destroy());
      });
    });
    this.#proxy.on('proxyRes', (answer, request, response) =>
      this.#onAnswer(answer, request, response as ServerResponse),
    );
  }

  pass(request: IncomingMessage, response: ServerResponse): void {
    Object.assign(request, {
      [RECORDED]: { body: new RecordedBody(request, this.#maxBodySize), began: Date.now() },
    });
    this.#proxy.web(request, response, {}, (error: Error) =>
      this.#refuse(request, response, error),
    );
  }

  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#proxy.ws(request, socket, head, {}, (error: Error) => {
      this.#onProblem(describe(request, error));
      socket.destroy();
    });
  }

  async close(server: Server): Promise<void> {
    const closed = new Promise(resolve => server.close(resolve));
    // Streams that never end by themselves.
    [...this.#open].forEach(record => record());
    this.#sockets.forEach(socket => socket.destroy());
    server.closeAllConnections();
    await closed;
    this.#agent.destroy();
    this.#proxy.close();
    this.#writer.close();
  }

  #onAnswer(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
    const { body, began } = (request as Recorded)[RECORDED];
    const responseBody = new RecordedBody(answer, this.#maxBodySize);
    // It is about the connection to the backend.
    delete answer.headers.connection;
    const answered = Date.now();
    const record = () => {
      if (this.#open.delete(record)) {
        const moments = { began, answered, ended: Date.now() };
        const origin = this.#origin;
        this.#write({
          origin,
          request,
          requestBody: body,
          response: answer,
          responseBody,
          moments,
        });
      }
    };
    this.#open.add(record);
    answer.once('close', () => {
      record();
      if (!answer.complete) {
        // The client has to see that the answer is cut off.
        response.destroy();
      }
    });
  }

  #write(exchange: Parameters<typeof harEntry>[0]): void {
    try {
      this.#writer.write(harEntry(exchange));
      this.recorded++;
    } catch (error) {
      this.#onProblem(
        `${exchange.request.method} ${exchange.request.url} was not recorded: ${(error as Error).message}`,
      );
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: Error): void {
    if (request.destroyed && !request.complete) {
      return; // The client has given up.
    }
    this.#onProblem(describe(request, error));
    if (response.headersSent) {
      response.destroy();
    } else {
      response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`The backend at ${this.#origin} does not answer: ${describeCause(error)}\n`);
    }
  }
}

const RECORDED = Symbol('recorded');

type Recorded = IncomingMessage & { [RECORDED]: { body: RecordedBody; began: number } };

function describe({ method, url = '' }: IncomingMessage, error: Error): string {
  const [path] = url.split('?');
  return `${method} ${path} was not passed on: ${describeCause(error)}`;
}

function describeCause(error: NodeJS.ErrnoException): string {
  return error.message || error.code || error.name;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
