import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { RawData } from 'ws';
import type { ParityResponse } from './exchange';

/** Options of {@link exchangeMessages}. */
export interface WebSocketOptions {
  url: string;
  headers: OutgoingHttpHeaders;
  ca?: string;
  /** Sent one after the other as soon as the socket is open: texts as they are, other values as JSON. */
  send: readonly unknown[];
  /** Ends after so many; without it, when none has come for a while. */
  messages?: number;
  /** Milliseconds. */
  timeout: number;
  /** Milliseconds without a message after which no more is expected. */
  quiet: number;
  signal?: AbortSignal;
}

/**
 * Opens a web socket and gives what came of it as an answer: status 101 and, as JSON, the messages that
 * were received and how the other side closed it, if it did. A refusal is an answer as any other.
 *
 * @throws Error when there is no answer at all
 */
export async function exchangeMessages(options: WebSocketOptions): Promise<ParityResponse> {
  const { url, headers, ca, send, messages = Infinity, timeout, quiet, signal } = options;
  const { WebSocket } = require('ws') as typeof import('ws');
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers, ca, handshakeTimeout: timeout });
    const received: unknown[] = [];
    let upgrade: IncomingMessage | undefined;
    let silence: NodeJS.Timeout | undefined;
    const finish = (closed?: { code: number; reason: string }) => {
      clearTimeout(silence);
      clearTimeout(deadline);
      signal?.removeEventListener('abort', giveUp);
      if (upgrade) {
        resolve({
          status: 101,
          headers: upgrade.headers,
          body: Buffer.from(JSON.stringify({ messages: received, ...(closed && { closed }) })),
          duration: performance.now() - begin,
        });
      }
      socket.terminate();
    };
    const expectMore = () => {
      clearTimeout(silence);
      if (messages === Infinity) {
        silence = setTimeout(finish, quiet);
      }
    };
    const deadline = setTimeout(finish, timeout);
    const giveUp = () => {
      reject(signal!.reason as Error);
      finish();
    };
    signal?.addEventListener('abort', giveUp);
    socket.on('upgrade', response => {
      upgrade = response;
    });
    socket.on('open', () => {
      send.forEach(each => socket.send(typeof each === 'string' ? each : JSON.stringify(each)));
      expectMore();
    });
    socket.on('message', (data, isBinary) => {
      received.push(readMessage(data, isBinary));
      if (received.length >= messages) {
        finish();
      } else {
        expectMore();
      }
    });
    socket.on('close', (code, reason) => finish({ code, reason: String(reason) }));
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks),
          duration: performance.now() - begin,
        });
        finish();
      });
    });
    socket.on('error', error => {
      reject(error);
      finish();
    });
  });
}

function readMessage(data: RawData, isBinary: boolean): unknown {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  if (isBinary) {
    const hash = createHash('sha256').update(bytes).digest('hex');
    return `${bytes.length} bytes, sha256 ${hash.slice(0, 16)}`;
  }
  try {
    return JSON.parse(String(bytes)) as unknown;
  } catch {
    return String(bytes);
  }
}
