import { ParityError } from './errors';
import { readHarEntries, type HarEntry } from './har-entries';
import { isMasked } from './mask-secrets';
import type { ParityRequest } from './request';

/** Options of {@link readHarFile}. */
export interface HarFileOptions {
  /**
   * What becomes of requests that were recorded with a bearer token. `user` (the default): they are sent
   * as the user of the comparison, as the recorded token has long expired; `recorded`: they keep it.
   */
  tokens?: 'user' | 'recorded';
  /** Called for each request that is left out because its body was not recorded. */
  onLeftOut?(): void;
}

interface HarRequest {
  method?: unknown;
  url?: unknown;
  headers?: Array<{ name: string; value: string }>;
  postData?: { mimeType?: string; text?: string };
  bodySize?: number;
}

/** Headers that belong to the recorded connection. */
const CONNECTION_HEADERS =
  /^(?::.*|host|connection|keep-alive|content-length|transfer-encoding|te|upgrade|expect|proxy-.*)$/;

/** Requests that backends of Backstage answer; pages and their assets are left out. */
export const BACKEND_PATH = /^\/(?:api|\.backstage)\//;

/**
 * Reads the requests to a Backstage backend from a HAR file, in the order in which they were recorded
 * and one at a time, so that a file may be larger than memory. Requests below other paths than `/api/`
 * and `/.backstage/` are left out, and headers in which a recording has masked secrets.
 *
 * @throws ParityError REQUESTS_UNREADABLE, or REQUESTS_INVALID with line and column
 */
export async function* readHarFile(
  file: string,
  { tokens = 'user', onLeftOut }: HarFileOptions = {},
): AsyncGenerator<ParityRequest> {
  let found = false;
  for await (const entry of readHarEntries(file)) {
    const request = readEntry(entry, file, tokens);
    if (BACKEND_PATH.test(request.path)) {
      found = true;
      if (lacksBody(entry)) {
        onLeftOut?.();
      } else {
        yield request;
      }
    }
  }
  if (!found) {
    throw new ParityError(
      'REQUESTS_INVALID',
      `${file}: none of the recorded requests is one to a backend, below /api/ or /.backstage/`,
    );
  }
}

/** True where there was a body, but too large or not of a kind that is recorded. */
function lacksBody({ value }: HarEntry): boolean {
  const { bodySize = 0, postData } = (value as { request: HarRequest }).request;
  return bodySize > 0 && postData?.text === undefined;
}

function readEntry(
  { value, line, column }: HarEntry,
  file: string,
  tokens: HarFileOptions['tokens'],
): ParityRequest {
  const { method, url, headers, postData } =
    (value as { request?: HarRequest } | null)?.request ?? {};
  if (typeof method !== 'string' || typeof url !== 'string' || !URL.canParse(url)) {
    throw new ParityError(
      'REQUESTS_INVALID',
      `${file}:${line}:${column}: expected an entry with request.method and request.url`,
    );
  }
  const recorded = (Array.isArray(headers) ? headers : []).map(
    header => [String(header.name).toLowerCase(), String(header.value)] as const,
  );
  const asUser =
    tokens === 'user' &&
    recorded.some(([name, value]) => name === 'authorization' && /^bearer /i.test(value));
  const kept = Object.fromEntries(
    recorded.filter(
      ([name, value]) =>
        !CONNECTION_HEADERS.test(name) && !isMasked(value) && !(asUser && name === 'authorization'),
    ),
  );
  return {
    method: method.toUpperCase(),
    // As it was written: a URL object would tidy up the very paths that are worth comparing.
    path: url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*/, '') || '/',
    headers: kept,
    ...(postData?.text !== undefined && { body: postData.text }),
    as: asUser ? 'user' : 'none',
  };
}
