import { ParityError } from './errors';
import { readHarEntries, type HarEntry } from './har-entries';
import type { ParityRequest } from './request';

/** Options of {@link readHarFile}. */
export interface HarFileOptions {
  /**
   * What becomes of requests that were recorded with a bearer token. `user` (the default): they are sent
   * as the user of the comparison, as the recorded token has long expired; `recorded`: they keep it.
   */
  tokens?: 'user' | 'recorded';
}

interface HarRequest {
  method?: unknown;
  url?: unknown;
  headers?: Array<{ name: string; value: string }>;
  postData?: { mimeType?: string; text?: string };
}

/** Headers that belong to the recorded connection. */
const CONNECTION_HEADERS =
  /^(?::.*|host|connection|keep-alive|content-length|transfer-encoding|te|upgrade|expect|proxy-.*)$/;

/** Requests that backends of Backstage answer; pages and their assets are left out. */
const BACKEND_PATH = /^\/(?:api|\.backstage)\//;

/**
 * Reads the requests to a Backstage backend from a HAR file, in the order in which they were recorded
 * and one at a time, so that a file may be larger than memory. Requests below other paths than `/api/`
 * and `/.backstage/` are left out.
 *
 * @throws ParityError REQUESTS_UNREADABLE, or REQUESTS_INVALID with line and column
 */
export async function* readHarFile(
  file: string,
  { tokens = 'user' }: HarFileOptions = {},
): AsyncGenerator<ParityRequest> {
  let found = false;
  for await (const entry of readHarEntries(file)) {
    const request = readEntry(entry, file, tokens);
    if (BACKEND_PATH.test(request.path)) {
      found = true;
      yield request;
    }
  }
  if (!found) {
    throw new ParityError(
      'REQUESTS_INVALID',
      `${file}: none of the recorded requests is one to a backend, below /api/ or /.backstage/`,
    );
  }
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
  const kept = Object.fromEntries(
    (Array.isArray(headers) ? headers : [])
      .map(header => [String(header.name).toLowerCase(), String(header.value)])
      .filter(([name]) => !CONNECTION_HEADERS.test(name)),
  );
  const asUser = tokens === 'user' && /^bearer /i.test(kept.authorization ?? '');
  if (asUser) {
    delete kept.authorization;
  }
  return {
    method: method.toUpperCase(),
    // As it was written: a URL object would tidy up the very paths that are worth comparing.
    path: url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*/, '') || '/',
    headers: kept,
    ...(postData?.text !== undefined && { body: postData.text }),
    as: asUser ? 'user' : 'none',
  };
}
