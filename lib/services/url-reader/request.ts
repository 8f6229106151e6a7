import { NotFoundError, NotModifiedError } from '@backstage/errors';
import { maskCredentials } from './mask-credentials';

/** A `fetch` whose error names the URL; when it was aborted, the reason is thrown. */
export async function fetchUrl(
  url: string,
  init: RequestInit,
  send: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Promise<Response> {
  try {
    return await send(url, init);
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    const message = `Unable to read ${url}, ${describeFetchError(error)}`;
    throw new Error(maskCredentials(message), { cause: error });
  }
}

/**
 * A `fetch` that succeeds.
 *
 * @param failure - the beginning of the message when it does not; the status follows
 * @throws NotModifiedError, NotFoundError, or Error for other answers
 */
export async function fetchOk(
  url: string,
  init: RequestInit,
  failure: string,
  send?: (url: string, init: RequestInit) => Promise<Response>,
): Promise<Response> {
  const response = await fetchUrl(url, init, send);
  if (response.ok) {
    return response;
  }
  await response.body?.cancel();
  throw response.status === 304 ? new NotModifiedError() : createStatusError(response, failure);
}

/** The headers that ask for a file only if it has changed. */
export function conditionalHeaders(
  options: { etag?: string; lastModifiedAfter?: Date } = {},
): Record<string, string> {
  const { etag, lastModifiedAfter } = options;
  return {
    ...(etag && { 'If-None-Match': etag }),
    ...(lastModifiedAfter && { 'If-Modified-Since': lastModifiedAfter.toUTCString() }),
  };
}

/** The error for an answer that is none. */
export function createStatusError(response: Response, failure: string, hint = ''): Error {
  const message = maskCredentials(`${failure}, ${response.status} ${response.statusText}${hint}`);
  return response.status === 404 ? new NotFoundError(message) : new Error(message);
}

/** The error of `fetch` itself says no more than "fetch failed". */
function describeFetchError(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error ? `${error}: ${cause.message}` : String(error);
}
