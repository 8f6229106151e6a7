import { Readable } from 'node:stream';
import type { GiteaIntegration } from '@backstage/integration';
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
import { parseGitUrl } from '../parse-git-url';
import { parseLastModified, ReadUrlResponseFactory } from '../read-url-response-factory';
import { conditionalHeaders, fetchOk } from '../request';
import { searchFile } from '../search-file';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

/** Reads files and trees of Gitea. */
export class GiteaUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ gitea }) => gitea.list(),
    (_, deps) => integration => new GiteaUrlReader(integration, deps),
  );

  readonly #integration: GiteaIntegration;
  readonly #deps: ReaderDeps;

  constructor(integration: GiteaIntegration, deps: ReaderDeps) {
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
    const apiUrl = loadIntegration().getGiteaFileContentsUrl(this.#integration.config, url);
    const { headers, signal } = this.#requestInit(options?.signal);
    const response = await fetchOk(
      apiUrl,
      { headers: { ...headers, ...conditionalHeaders(options) }, signal },
      `${url} could not be read as ${apiUrl}`,
    );
    const { encoding, content } = (await response.json()) as { encoding: string; content: string };
    if (encoding !== 'base64') {
      throw new Error(`Unknown encoding: ${encoding}`);
    }
    return ReadUrlResponseFactory.fromReadable(Readable.from([Buffer.from(content, 'base64')]), {
      etag: response.headers.get('ETag') ?? undefined,
      lastModifiedAt: parseLastModified(response.headers.get('Last-Modified')),
    });
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { getGiteaArchiveUrl, parseGiteaUrl } = loadIntegration();
    const { config } = this.#integration;
    const init = this.#requestInit(options?.signal);
    const etag = await this.#getLastCommit(url, init);
    if (options?.etag && options.etag === etag) {
      throw new NotModifiedError();
    }
    const response = await fetchOk(
      getGiteaArchiveUrl(config, url),
      init,
      `Failed to read tree from ${url}`,
    );
    return this.#deps.treeResponseFactory.fromTarArchive({
      response,
      subpath: parseGiteaUrl(config, url).path,
      etag,
      filter: options?.filter,
    });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (/[*?]/.test(parseGitUrl(url).filepath)) {
      throw new Error('Unsupported search pattern URL');
    }
    return searchFile(this, url, options);
  }

  toString(): string {
    const { host, password } = this.#integration.config;
    return `gitea{host=${host},authed=${Boolean(password)}}`;
  }

  #requestInit(signal: AbortSignal | undefined): RequestInit {
    return { ...loadIntegration().getGiteaRequestOptions(this.#integration.config), signal };
  }

  async #getLastCommit(url: string, init: RequestInit): Promise<string> {
    const commitUrl = loadIntegration().getGiteaLatestCommitUrl(this.#integration.config, url);
    const response = await fetchOk(
      commitUrl,
      init,
      `Failed to retrieve latest commit information from ${commitUrl}`,
    );
    return ((await response.json()) as { sha: string }).sha;
  }
}
