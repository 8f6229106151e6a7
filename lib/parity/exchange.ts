import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { isEventStream, parseEvents, takeEvents } from './event-stream';
import { isSafe, type ParityRequest } from './request';
import type { ParitySubject } from './subject';
import { exchangeMessages } from './web-socket';

/** What one side answered to one request. */
export interface ParityResponse {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Decoded, when it came compressed. */
  readonly body: Buffer;
  /** From the first byte sent to the last byte received, in milliseconds. */
  readonly duration: number;
}

/** Options of {@link exchange}. */
export interface ExchangeOptions {
  /** Sent as a bearer token, unless the request has an authorization header of its own. */
  token?: string;
  /** Milliseconds until an unanswered request counts as failed; defaults to 30 seconds. */
  timeout?: number;
  /** The most bytes of a body, as sent and as decoded; defaults to 100 MiB. */
  maxBodySize?: number;
  /** Whose connections safe requests use; each request has its own without. See {@link createAgent}. */
  agent?: HttpAgent;
  /** Gives the request up. */
  signal?: AbortSignal;
}

/** Milliseconds without a message after which no more is expected. */
const QUIET = 1_000;
const MAX_BODY_SIZE = 100 * 1024 * 1024;

/** Keeps connections to one side open; to be destroyed in the end. */
export function createAgent({ baseUrl, ca }: ParitySubject): HttpAgent {
  return baseUrl.startsWith('https:')
    ? new HttpsAgent({ keepAlive: true, ca })
    : new HttpAgent({ keepAlive: true });
}

/**
 * Sends a request to one side. Redirects are answers, not followed.
 *
 * @throws Error when there is no answer, or one that is too large
 */
export async function exchange(
  subject: ParitySubject,
  request: ParityRequest,
  options: ExchangeOptions = {},
): Promise<ParityResponse> {
  const agent = isSafe(request) ? options.agent : undefined;
  try {
    return await send(subject, request, { ...options, agent });
  } catch (error) {
    // The other end may close a connection at the very moment in which it is used again.
    if (error instanceof StaleConnectionError && !options.signal?.aborted) {
      return await send(subject, request, { ...options, agent: undefined });
    }
    throw error;
  }
}

/** The body of an answer that says it is JSON, if it is; of streams and web sockets, the messages. */
export function readJson(response: ParityResponse): { value: unknown } | undefined {
  if (isEventStream(response.headers['content-type'])) {
    return { value: parseEvents(String(response.body)) };
  }
  if (response.status !== 101 && !/[/+]json\b/.test(response.headers['content-type'] ?? '')) {
    return undefined;
  }
  try {
    return { value: JSON.parse(String(response.body)) };
  } catch {
    // Labelled JSON but is not: compared as text.
    return undefined;
  }
}

/** Sent as it is. */
function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

class StaleConnectionError extends Error {}

async function send(
  subject: ParitySubject,
  request: ParityRequest,
  options: ExchangeOptions,
): Promise<ParityResponse> {
  const { token, timeout = 30_000, maxBodySize = MAX_BODY_SIZE, agent, signal } = options;
  const json = request.body !== undefined && !isRaw(request.body);
  const payload = json
    ? JSON.stringify(request.body)
    : (request.body as string | Uint8Array | undefined);
  const headers = {
    ...(json && { 'content-type': 'application/json' }),
    ...(payload !== undefined && { 'content-length': String(Buffer.byteLength(payload)) }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...request.headers,
  };
  const url = new URL(subject.baseUrl);
  if (request.webSocket) {
    return exchangeMessages({
      url: subject.baseUrl.replace(/^http/, 'ws') + request.path,
      headers,
      ca: subject.ca,
      send: request.webSocket,
      messages: request.messages,
      timeout,
      quiet: QUIET,
      signal,
    });
  }
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = open(
      {
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method: request.method,
        // As it was written: a URL object would tidy up the very paths that are worth comparing.
        path: url.pathname.replace(/\/+$/, '') + request.path,
        headers,
        agent: agent ?? false,
        ca: subject.ca,
        signal: AbortSignal.timeout(timeout),
      },
      incoming => {
        const chunks: Buffer[] = [];
        let size = 0;
        const finish = (raw: Buffer) => {
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers,
            body: decode(raw, incoming.headers['content-encoding'], maxBodySize),
            duration: performance.now() - begin,
          });
        };
        if (isEventStream(incoming.headers['content-type'])) {
          readEvents(incoming, { messages: request.messages, timeout }, text => {
            finish(Buffer.from(text));
            outgoing.destroy();
          });
        }
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > maxBodySize) {
            incoming.destroy(
              new Error(`the body is larger than the limit of ${maxBodySize} bytes`),
            );
          }
        });
        incoming.once('error', reject);
        incoming.once('end', () => {
          try {
            finish(Buffer.concat(chunks));
          } catch (cause) {
            reject(
              new Error(`the body can not be decoded: ${(cause as Error).message}`, { cause }),
            );
          }
        });
      },
    );
    const giveUp = () => outgoing.destroy(signal!.reason as Error);
    signal?.addEventListener('abort', giveUp);
    outgoing.once('close', () => signal?.removeEventListener('abort', giveUp));
    outgoing.once('error', (cause: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(cause.code ?? '');
      reject(isStale ? new StaleConnectionError(cause.message, { cause }) : cause);
    });
    outgoing.end(payload);
  });
}

/** A stream of events may have no end: it is read for so many messages, or until it is quiet. */
function readEvents(
  incoming: IncomingMessage,
  { messages, timeout }: { messages?: number; timeout: number },
  onEnough: (text: string) => void,
): void {
  // What came counts when there is less than was asked for.
  const patience = messages === undefined ? QUIET : 0.9 * timeout;
  let text = '';
  const enough = (read: string) => {
    clearTimeout(silence);
    onEnough(read);
  };
  let silence = setTimeout(() => enough(text), patience);
  incoming.on('data', (chunk: Buffer) => {
    text += chunk;
    const taken = messages === undefined ? undefined : takeEvents(text, messages);
    if (taken !== undefined) {
      enough(taken);
    } else if (messages === undefined) {
      clearTimeout(silence);
      silence = setTimeout(() => enough(text), patience);
    }
  });
  // Its end, or that of the time for the whole answer.
  incoming.once('close', () => enough(text));
}

function decode(body: Buffer, encoding: string | undefined, maxOutputLength: number): Buffer {
  if (body.length === 0) {
    return body;
  }
  switch (encoding) {
    case 'gzip':
      return gunzipSync(body, { maxOutputLength });
    case 'deflate':
      return inflateSync(body, { maxOutputLength });
    case 'br':
      return brotliDecompressSync(body, { maxOutputLength });
    default:
      return body;
  }
}
