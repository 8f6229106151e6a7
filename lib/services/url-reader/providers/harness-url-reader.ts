import type { HarnessIntegration } from '@backstage/integration';
import { NotModifiedError } from '@backstage/errors';
import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../../api';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import { conditionalHeaders, fetchOk } from '../request';
import { searchFile } from '../search-file';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

/** Reads files and trees of Harness Code. */
export class HarnessUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ harness }) => harness.list(),
    (_, deps) => integration => new HarnessUrlReader(integration, deps),
  );

  readonly #integration: HarnessIntegration;
  readonly #deps: ReaderDeps;

  constructor(integration: HarnessIntegration, deps: ReaderDeps) {
    this.#integration = integration;
    this.#deps = deps;
  }

  async read(url: string): Promise<Buffer> {
    return (await this.readUrl(url)).buffer();
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const apiUrl = loadIntegration().getHarnessFileContentsUrl(this.#integration.config, url);
    const { headers, signal } = this.#requestInit(options?.signal);
    const response = await fetchOk(
      apiUrl,
      { headers: { ...headers, ...conditionalHeaders(options) }, signal },
      `${url} could not be read as ${apiUrl}`,
    );
    return ReadUrlResponseFactory.fromResponse(response);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { getHarnessArchiveUrl, parseHarnessUrl } = loadIntegration();
    const { config } = this.#integration;
    const init = this.#requestInit(options?.signal);
    const etag = await this.#getLastCommit(url, init);
    if (options?.etag && options.etag === etag) {
      throw new NotModifiedError();
    }
    const response = await fetchOk(
      getHarnessArchiveUrl(config, url),
      init,
      `Failed to read tree from ${url}`,
    );
    return this.#deps.treeResponseFactory.fromZipArchive({
      response,
      subpath: parseHarnessUrl(config, url).path,
      etag,
      filter: options?.filter,
    });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const { path } = loadIntegration().parseHarnessUrl(this.#integration.config, url);
    if (/[*?]/.test(path)) {
      throw new Error('Unsupported search pattern URL');
    }
    return searchFile(this, url, options);
  }

  toString(): string {
    const { host, token, apiKey } = this.#integration.config;
    return `harness{host=${host},authed=${Boolean(token || apiKey)}}`;
  }

  #requestInit(signal: AbortSignal | undefined): RequestInit {
    return { ...loadIntegration().getHarnessRequestOptions(this.#integration.config), signal };
  }

  async #getLastCommit(url: string, init: RequestInit): Promise<string> {
    const commitUrl = loadIntegration().getHarnessLatestCommitUrl(this.#integration.config, url);
    const response = await fetchOk(
      commitUrl,
      init,
      `Failed to retrieve latest commit information from ${commitUrl}`,
    );
    return ((await response.json()) as { latest_commit: { sha: string } }).latest_commit.sha;
  }
}
