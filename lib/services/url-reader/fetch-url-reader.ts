import type { Config } from '@backstage/config';
import { InputError, NotModifiedError } from '@backstage/errors';
import type {
  UrlReaderService,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../api';
import { maskCredentials } from './mask-credentials';
import { ReadUrlResponseFactory } from './read-url-response-factory';
import type { ReaderFactory } from './reader-factory';
import { readReadingAllowList } from './reading-allow-list';
import { conditionalHeaders, createStatusError, fetchUrl } from './request';
import { searchFile } from './search-file';

const REDIRECTS = [301, 302, 307, 308];
const MAX_REDIRECTS = 5;

/** Reads files from the hosts in `backend.reading.allow`; redirects may not lead to others. */
export class FetchUrlReader implements UrlReaderService {
  readonly #isAllowed: (url: URL) => boolean;

  static factory: ReaderFactory = ({ config }) => {
    const predicate = readReadingAllowList(config);
    return [{ reader: new FetchUrlReader(predicate), predicate }];
  };

  static fromConfig(config: Config): FetchUrlReader {
    return new FetchUrlReader(readReadingAllowList(config));
  }

  private constructor(isAllowed: (url: URL) => boolean) {
    this.#isAllowed = isAllowed;
  }

  async read(url: string): Promise<Buffer> {
    return (await this.readUrl(url)).buffer();
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    let target = url;
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
      const response = await this.#request(target, url, options);
      if (response.ok) {
        return ReadUrlResponseFactory.fromResponse(response);
      }
      await response.body?.cancel();
      if (response.status === 304) {
        throw new NotModifiedError();
      }
      const location = response.headers.get('location');
      if (!REDIRECTS.includes(response.status) || !location) {
        throw createStatusError(response, `could not read ${target}`);
      }
      target = new URL(location, target).toString();
    }
    throw new Error(
      maskCredentials(`Too many redirects (max ${MAX_REDIRECTS}) when reading ${url}`),
    );
  }

  async readTree(): Promise<UrlReaderServiceReadTreeResponse> {
    throw new Error('FetchUrlReader does not implement readTree');
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (/[*?]/.test(new URL(url).pathname)) {
      throw new Error('Unsupported search pattern URL');
    }
    return searchFile(this, url, options);
  }

  toString(): string {
    return 'fetch{}';
  }

  #request(target: string, url: string, options?: UrlReaderServiceReadUrlOptions) {
    const parsed = new URL(target);
    if (!this.#isAllowed(parsed)) {
      throw new Error(
        maskCredentials(`URL not allowed by backend.reading.allow configuration: ${target}`),
      );
    }
    if (parsed.username || parsed.password) {
      throw new InputError(
        maskCredentials(`Unable to read ${target}, its user and password cannot be sent along`),
      );
    }
    // Where a redirect leads to another server, the token is none of its business.
    const token = parsed.origin === new URL(url).origin ? options?.token : undefined;
    return fetchUrl(target, {
      headers: {
        ...conditionalHeaders(options),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      redirect: 'manual',
      signal: options?.signal,
    });
  }
}
