/** In whose name a request is sent. */
export type ParityPrincipal = 'user' | 'service' | 'none';

/** A request that is sent to both sides. */
export interface ParityRequest {
  method: string;
  /** Path and query, for example `/api/catalog/entities?limit=1`. */
  path: string;
  headers: Record<string, string>;
  /** Sent as it is when it is a string, otherwise as JSON. */
  body?: unknown;
  as: ParityPrincipal;
  /** Lists in the JSON answer whose order does not count, such as `$.items` or `$.groups[*].members`. */
  unordered?: readonly string[];
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

/** True for a request that changes nothing, and so may be repeated and overlap with others. */
export function isSafe({ method }: Pick<ParityRequest, 'method'>): boolean {
  return SAFE_METHODS.includes(method);
}
