import { isObject } from '../compare-json';

/** What a line of a log says about a request. */
export interface LoggedRequest {
  /** In capitals. */
  readonly method: string;
  /** As it was written: a path and query, or an address. */
  readonly url: string;
  readonly status?: number;
}

/**
 * `"GET /path HTTP/1.1" 200` anywhere in a line, as in the Common and Combined Log Format, nginx and
 * morgan; without quotes as in morgan's short, tiny and dev formats.
 */
const REQUEST =
  /(?:"|^|\s)(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) (\/[^\s"]*|https?:\/\/[^\s"]+)(?: HTTP\/[\d.]+)?(?:"|(?=\s|$))(?: (\d{3})\b)?/;
const COLORS = /\u001b\[[\d;]*m/g;

/** Where loggers that write JSON put the request, and how they call its parts. */
const PLACES = ['req', 'request', 'httpRequest', 'http', 'fields', 'meta', 'message', 'msg'];
const METHOD_KEYS = ['method', 'request_method', 'requestMethod', 'verb'];
const URL_KEYS = ['originalUrl', 'url', 'uri', 'request_uri', 'requestUrl', 'path'];
const STATUS_KEYS = ['status', 'statusCode', 'status_code', 'response_status'];

/**
 * Reads a line of an access log, or one of a backend's own log.
 *
 * @returns undefined where it is not about a request
 * @throws SyntaxError where it begins like JSON but is not
 */
export function readAccessLogLine(line: string): LoggedRequest | undefined {
  const text = line.trim();
  return text.startsWith('{') ? readObject(JSON.parse(text)) : readText(text);
}

function readText(text: string): LoggedRequest | undefined {
  const [, method, url, status] = REQUEST.exec(text.replace(COLORS, '')) ?? [];
  return method ? { method, url, ...(status && { status: Number(status) }) } : undefined;
}

function readObject(entry: Record<string, unknown>): LoggedRequest | undefined {
  const status = Number(find(entry, STATUS_KEYS) ?? find(entry.res ?? entry.response, STATUS_KEYS));
  const withStatus = Number.isInteger(status) ? { status } : {};
  for (const place of [entry, ...PLACES.map(key => entry[key])]) {
    if (typeof place === 'string') {
      const found = readText(place);
      if (found) {
        return { ...withStatus, ...found };
      }
    }
    const method = find(place, METHOD_KEYS);
    const url = find(place, URL_KEYS);
    if (typeof method === 'string' && typeof url === 'string' && /^(?:\/|https?:)/.test(url)) {
      return { method: method.toUpperCase(), url, ...withStatus };
    }
  }
  return undefined;
}

function find(value: unknown, keys: readonly string[]): unknown {
  return isObject(value) ? value[keys.find(key => key in value) ?? ''] : undefined;
}
