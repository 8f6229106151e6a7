import type { IncomingMessage } from 'node:http';
import { maskBody, maskHeader, maskUrl } from './mask-exchange';
import type { RecordedBody } from './recorded-body';

/** What passed through the proxy. */
export interface PassedExchange {
  /** Of the backend, such as `http://localhost:7007`. */
  readonly origin: string;
  readonly request: IncomingMessage;
  readonly requestBody: RecordedBody;
  readonly response: IncomingMessage;
  readonly responseBody: RecordedBody;
  /** Milliseconds since 1970: when it began, when the answer began, when it ended. */
  readonly moments: { readonly began: number; readonly answered: number; readonly ended: number };
}

/** An entry of a HAR file (version 1.2), without secrets. */
export function harEntry(exchange: PassedExchange): object {
  const { origin, request, response, moments } = exchange;
  const path = maskUrl(request.url ?? '/');
  const query = path.split('?').slice(1).join('?');
  return {
    startedDateTime: new Date(moments.began).toISOString(),
    time: moments.ended - moments.began,
    request: {
      method: request.method,
      url: origin + path,
      httpVersion: `HTTP/${request.httpVersion}`,
      cookies: [],
      headers: headersOf(request),
      queryString: Array.from(new URLSearchParams(query), ([name, value]) => ({ name, value })),
      ...postData(exchange),
      headersSize: -1,
      bodySize: exchange.requestBody.size,
    },
    response: {
      status: response.statusCode,
      statusText: response.statusMessage ?? '',
      httpVersion: `HTTP/${response.httpVersion}`,
      cookies: [],
      headers: headersOf(response),
      content: content(exchange),
      redirectURL: maskUrl(response.headers.location ?? ''),
      headersSize: -1,
      bodySize: exchange.responseBody.size,
      ...(!response.complete && { comment: 'cut off' }),
    },
    cache: {},
    timings: {
      send: 0,
      wait: moments.answered - moments.began,
      receive: moments.ended - moments.answered,
    },
  };
}

function headersOf({ rawHeaders }: IncomingMessage): Array<{ name: string; value: string }> {
  return rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [{ name, value: maskHeader(name, rawHeaders[i + 1]) }] : [],
  );
}

function postData({ request, requestBody }: PassedExchange): object {
  if (requestBody.size === 0) {
    return {};
  }
  const mimeType = request.headers['content-type'] ?? '';
  const text = requestBody.text(request.headers['content-encoding']);
  return {
    postData:
      text === undefined
        ? { mimeType, params: [], comment: 'not recorded: too large, or no text' }
        : { mimeType, params: [], text: maskBody(text, mimeType) },
  };
}

function content({ response, responseBody }: PassedExchange): object {
  const mimeType = response.headers['content-type'] ?? '';
  const text = responseBody.text(response.headers['content-encoding']);
  return {
    size: responseBody.size,
    mimeType,
    ...(text === undefined
      ? responseBody.size > 0 && { comment: 'not recorded: too large, or no text' }
      : { text: maskBody(text, mimeType) }),
  };
}
