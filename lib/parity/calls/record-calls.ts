/**
 * Loaded into backends before their own code (`node --require`): takes down which HTTP calls they make to
 * others, and for which request. One line of JSON each, in the file that the environment names.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** A request that came in, or (with `to`) a call that went out; `id` is that of the request, if any. */
export interface RecordedLine {
  readonly id?: string;
  readonly method: string;
  /** Path and query of a request; the whole address of a call. */
  readonly url: string;
  readonly outgoing: boolean;
}

const file = process.env.FORKLIFT_CALLS;
const ownPort = process.env.APP_CONFIG_backend_listen_port;
const requests = new AsyncLocalStorage<string>();
let count = 0;

if (file) {
  subscribe('http.server.request.start', message => {
    const { request } = message as { request: IncomingMessage };
    const id = `${process.pid}/${++count}`;
    requests.enterWith(id);
    write({ id, method: request.method!, url: request.url!, outgoing: false });
  });
  subscribe('http.client.request.start', message => {
    const { request } = message as { request: ClientRequest };
    const host = String(request.getHeader('host') ?? request.host);
    writeCall(request.method, `${request.protocol}//${host}${request.path}`);
  });
  // Of fetch(), and of undici wherever it comes from.
  subscribe('undici:request:create', message => {
    const { request } = message as { request: Record<'method' | 'origin' | 'path', string> };
    writeCall(request.method, `${request.origin}${request.path}`);
  });
}

function writeCall(method: string, url: string): void {
  const { hostname, port } = new URL(url);
  const isOwn = port === ownPort && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (!isOwn) {
    write({ id: requests.getStore(), method, url, outgoing: true });
  }
}

function write(line: RecordedLine): void {
  try {
    appendFileSync(file!, `${JSON.stringify(line)}\n`);
  } catch {
    // The comparison is over, and a backend must not fail because of it.
  }
}
