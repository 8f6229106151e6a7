import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { ParityRequest } from './request';
import type { ParitySubject } from './subject';

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
}

/**
 * Sends a request to one side. Redirects are answers, not followed.
 *
 * @throws Error when there is no answer
 */
export async function exchange(
  subject: ParitySubject,
  request: ParityRequest,
  options: ExchangeOptions = {},
): Promise<ParityResponse> {
  const { token, timeout = 30_000 } = options;
  const json = request.body !== undefined && typeof request.body !== 'string';
  const payload = json ? JSON.stringify(request.body) : (request.body as string | undefined);
  const headers = {
    ...(json && { 'content-type': 'application/json' }),
    ...(payload !== undefined && { 'content-length': String(Buffer.byteLength(payload)) }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...request.headers,
  };
  const url = new URL(subject.baseUrl);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        method: request.method,
        // As it was written: a URL object would tidy up the very paths that are worth comparing.
        path: url.pathname.replace(/\/+$/, '') + request.path,
        headers,
        agent: false,
        signal: AbortSignal.timeout(timeout),
      },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', chunk => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const raw = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers,
            body: decode(raw, incoming.headers['content-encoding']),
            duration: performance.now() - begin,
          });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(payload);
  });
}

function decode(body: Buffer, encoding: string | undefined): Buffer {
  if (body.length === 0) {
    return body;
  }
  switch (encoding) {
    case 'gzip':
      return gunzipSync(body);
    case 'deflate':
      return inflateSync(body);
    case 'br':
      return brotliDecompressSync(body);
    default:
      return body;
  }
}
