import type { ParityExpectations } from './requests/expectations';
import type { SideValues } from './requests/variables';

/** In whose name a request is sent. */
export type ParityPrincipal = 'user' | 'service' | 'none';

/** A request that is sent to both sides. */
export interface ParityRequest {
  method: string;
  /** Path and query, for example `/api/catalog/entities?limit=1`. */
  path: string;
  headers: Record<string, string>;
  /** Sent as it is when it is a string or bytes (`!!binary` in YAML), otherwise as JSON. */
  body?: unknown;
  as: ParityPrincipal;
  /** Opens a web socket and sends these messages: texts as they are, other values as JSON. */
  webSocket?: readonly unknown[];
  /**
   * How many messages are compared of a web socket or a stream of server-sent events, which may have no end;
   * defaults to those that come until nothing has come for a second.
   */
  messages?: number;
  /** Lists in the JSON answer whose order does not count, such as `$.items` or `$.groups[*].members`. */
  unordered?: readonly string[];
  /**
   * Values to take from the answer of each side, by name, such as `{ id: '$.id', tag: 'etag' }`. Later
   * requests have them for `{{id}}` in path, headers and body, each side its own.
   */
  capture?: Readonly<Record<string, string>>;
  /** What the answers of both sides must hold, beside being alike. */
  expect?: ParityExpectations;
  /** Requests of one scenario share what they capture, with no others. */
  scenario?: string;
  /** Values for `{{name}}` that are known beforehand. */
  variables?: Readonly<Record<string, SideValues>>;
}

/** A request that is repeated on each side before the comparison, until the answer holds a text. */
export interface ParityCondition {
  request: ParityRequest;
  contains: string;
}

/** `GET /path`, with the principal where there is one: how a request is named in reports. */
export function describeRequest(request: ParityRequest): string {
  const as = request.as === 'none' ? '' : ` (as ${request.as})`;
  return `${request.method} ${request.path}${as}`;
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** True for a request that changes nothing, and so may be repeated. */
export function isSafe({
  method,
  webSocket,
}: Pick<ParityRequest, 'method' | 'webSocket'>): boolean {
  return SAFE_METHODS.includes(method) && !webSocket?.length;
}

/** True for a request that may be under way with others: nothing depends on what came before or comes after. */
export function mayOverlap(request: ParityRequest): boolean {
  return isSafe(request) && !request.capture;
}
