import type { BitbucketCloudIntegration } from '@backstage/integration';
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
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import { conditionalHeaders, fetchOk } from '../request';
import { searchRepository } from '../search-repository';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

/** Reads files and trees of Bitbucket Cloud. */
export class BitbucketCloudUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ bitbucketCloud }) => bitbucketCloud.list(),
    (_, deps) => integration => new BitbucketCloudUrlReader(integration, deps),
  );

  readonly #integration: BitbucketCloudIntegration;
  readonly #deps: ReaderDeps;

  constructor(integration: BitbucketCloudIntegration, deps: ReaderDeps) {
    const { host, username, appPassword, token, clientId, clientSecret } = integration.config;
    if (Boolean(clientId) !== Boolean(clientSecret)) {
      throw new Error(
        `Bitbucket Cloud integration has incomplete OAuth configuration. Both clientId and clientSecret are required.`,
      );
    }
    if (username && !token && !appPassword) {
      throw new Error(
        `Bitbucket Cloud integration for '${host}' has configured a username but is missing a required token or appPassword.`,
      );
    }
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
    const { getBitbucketCloudFileFetchUrl } = loadIntegration();
    const apiUrl = getBitbucketCloudFileFetchUrl(url, this.#integration.config);
    const { headers, signal } = await this.#requestInit(options?.signal);
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
    const init = await this.#requestInit(options?.signal);
    const etag = await this.#getLastCommit(url, init);
    if (options?.etag && options.etag === etag) {
      throw new NotModifiedError();
    }
    const { getBitbucketCloudDownloadUrl } = loadIntegration();
    const archiveUrl = await getBitbucketCloudDownloadUrl(url, this.#integration.config);
    return this.#deps.treeResponseFactory.fromTarArchive({
      response: await fetchOk(archiveUrl, init, `Failed to read tree from ${url}`),
      subpath: parseGitUrl(url).filepath,
      etag,
      filter: options?.filter,
    });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    return searchRepository(this, this.#integration, url, options);
  }

  toString(): string {
    const { host, username, appPassword, token } = this.#integration.config;
    return `bitbucketCloud{host=${host},authed=${Boolean(username && (token ?? appPassword))}}`;
  }

  async #requestInit(signal: AbortSignal | undefined): Promise<RequestInit> {
    const { getBitbucketCloudRequestOptions } = loadIntegration();
    return { ...(await getBitbucketCloudRequestOptions(this.#integration.config)), signal };
  }

  /** The first 12 characters of the hash. */
  async #getLastCommit(url: string, init: RequestInit): Promise<string> {
    const { config } = this.#integration;
    const { name, owner, ref } = parseGitUrl(url);
    const branch = ref || (await loadIntegration().getBitbucketCloudDefaultBranch(url, config));
    const commitsUrl = `${config.apiBaseUrl}/repositories/${owner}/${name}/commits/${branch}`;
    const response = await fetchOk(
      commitsUrl,
      init,
      `Failed to retrieve commits from ${commitsUrl}`,
    );
    const commits = (await response.json()) as { values?: Array<{ hash?: string }> };
    const hash = commits.values?.[0]?.hash;
    if (!hash) {
      throw new Error(`Failed to read response from ${commitsUrl}`);
    }
    return hash.substring(0, 12);
  }
}
