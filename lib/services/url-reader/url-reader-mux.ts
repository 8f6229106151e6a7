import { InputError, NotAllowedError } from '@backstage/errors';
import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../api';
import type { FileSizeLimit } from './file-size-limit';
import { maskCredentials } from './mask-credentials';
import type { UrlReaderPredicateTuple } from './reader-factory';

/** Options of {@link UrlReaderMux}. */
export interface UrlReaderMuxOptions {
  /** Asked first. */
  readers: UrlReaderPredicateTuple[];
  /**
   * Makes the readers that are asked next: called when a URL is read for the first time, because the
   * integrations take long to load.
   */
  createMore?: () => UrlReaderPredicateTuple[];
  limit?: FileSizeLimit;
}

/** Hands each URL to the first reader that takes it. */
export class UrlReaderMux implements UrlReaderService {
  readonly #options: UrlReaderMuxOptions;
  #more: UrlReaderPredicateTuple[] | undefined;

  constructor(options: UrlReaderMuxOptions) {
    this.#options = options;
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const response = await this.#readerOf(url).readUrl(url, options);
    return this.#options.limit?.limit(url, response) ?? response;
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    return this.#readerOf(url).readTree(url, options);
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    return this.#readerOf(url).search(url, options);
  }

  toString(): string {
    return `predicateMux{readers=${this.#all().map(({ reader }) => reader)}}`;
  }

  #readerOf(url: string): UrlReaderService {
    const parsed = parseUrl(url);
    const accepts = ({ predicate }: UrlReaderPredicateTuple) => predicate(parsed);
    const found = this.#options.readers.find(accepts) ?? this.#all().find(accepts);
    if (!found) {
      throw new NotAllowedError(
        `Reading from '${maskCredentials(url)}' is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow'`,
      );
    }
    return found.reader;
  }

  #all(): UrlReaderPredicateTuple[] {
    this.#more ??= this.#options.createMore?.() ?? [];
    return [...this.#options.readers, ...this.#more];
  }
}

/** @throws InputError */
function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch (error) {
    const text = maskCredentials(String(url)).slice(0, 200);
    throw new InputError(`Unable to read '${text}', it is not a URL`, error as Error);
  }
}
