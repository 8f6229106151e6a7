import { Readable } from 'node:stream';
import type { GerritIntegration } from '@backstage/integration';
import { isError, NotFoundError, NotModifiedError } from '@backstage/errors';
import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../../api';
import { createPathMatcher } from '../path-matcher';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import { fetchOk } from '../request';
import { searchFile } from '../search-file';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

/** Reads files and trees of Gerrit, by the URLs of its Gitiles. */
export class GerritUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ gerrit }) => gerrit.list(),
    (_, deps) => integration => new GerritUrlReader(integration, deps),
    ({ config }) => new URL(config.gitilesBaseUrl).host,
  );

  readonly #integration: GerritIntegration;
  readonly #deps: ReaderDeps;

  constructor(integration: GerritIntegration, deps: ReaderDeps) {
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
    return ReadUrlResponseFactory.fromReadable(
      Readable.from([await this.#readFile(url, options?.signal)]),
    );
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const etag = await this.#getRevision(url, options);
    const { buildGerritGitilesArchiveUrlFromLocation } = loadIntegration();
    const archiveUrl = buildGerritGitilesArchiveUrlFromLocation(this.#integration.config, url);
    const response = await fetchOk(
      archiveUrl,
      this.#requestInit(options?.signal),
      `${url} could not be read as ${archiveUrl}`,
    );
    return this.#deps.treeResponseFactory.fromTarArchive({
      response,
      etag,
      filter: options?.filter,
      stripFirstDirectory: false,
    });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const { path } = loadIntegration().parseGitilesUrlRef(this.#integration.config, url);
    if (!/[*?]/.test(path)) {
      return searchFile(this, url, options);
    }
    const etag = await this.#getRevision(url, options);
    return { files: await this.#searchFiles(url, options?.signal), etag };
  }

  toString(): string {
    const { host, password } = this.#integration.config;
    return `gerrit{host=${host},authed=${Boolean(password)}}`;
  }

  #requestInit(signal: AbortSignal | undefined): RequestInit {
    return { ...loadIntegration().getGerritRequestOptions(this.#integration.config), signal };
  }

  async #readFile(url: string, signal: AbortSignal | undefined): Promise<Buffer> {
    const apiUrl = loadIntegration().getGerritFileContentsApiUrl(this.#integration.config, url);
    const response = await fetchOk(
      apiUrl,
      this.#requestInit(signal),
      `${url} could not be read as ${apiUrl}`,
    ).catch(error => {
      const isMissing = isError(error) && error.name === 'NotFoundError';
      throw isMissing ? new NotFoundError(`File ${url} not found.`) : error;
    });
    return Buffer.from(await response.text(), 'base64');
  }

  /** The commit that a URL means. @throws NotModifiedError when it is the one of `etag` */
  async #getRevision(
    url: string,
    options: { etag?: string; signal?: AbortSignal } | undefined,
  ): Promise<string> {
    const { config } = this.#integration;
    const { getGerritBranchApiUrl, parseGerritJsonResponse, parseGitilesUrlRef } =
      loadIntegration();
    const { ref, refType } = parseGitilesUrlRef(config, url);
    let revision = ref;
    if (refType !== 'sha') {
      const response = await fetchOk(
        getGerritBranchApiUrl(config, url),
        this.#requestInit(options?.signal),
        `Unable to read branch state ${url}`,
      );
      ({ revision } = (await parseGerritJsonResponse(response)) as { revision: string });
    }
    if (options?.etag && options.etag === revision) {
      throw new NotModifiedError();
    }
    return revision;
  }

  async #searchFiles(url: string, signal: AbortSignal | undefined) {
    const { config } = this.#integration;
    const { getGitilesAuthenticationUrl, parseGerritJsonResponse, parseGitilesUrlRef } =
      loadIntegration();
    const { path, basePath } = parseGitilesUrlRef(config, url);
    const treeUrl = `${basePath}/?format=JSON&recursive`.replace(
      config.gitilesBaseUrl,
      getGitilesAuthenticationUrl(config),
    );
    const response = await fetchOk(
      treeUrl,
      this.#requestInit(signal),
      `Unable to list the files of ${url}`,
    );
    const { entries } = (await parseGerritJsonResponse(response)) as {
      entries: Array<{ type: string; name?: string }>;
    };
    const matcher = createPathMatcher(decodeURIComponent(path));
    return entries
      .filter(({ type, name }) => type === 'blob' && name && matcher.match(name))
      .map(({ name }) => {
        const fileUrl = `${basePath}/${name}`;
        return { url: fileUrl, content: () => this.#readFile(fileUrl, signal) };
      });
  }
}
