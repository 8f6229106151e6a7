import type { BitbucketServerIntegration } from '@backstage/integration';
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

interface Branch {
  displayId: string;
  latestCommit: string;
}

/** Reads files and trees of Bitbucket Server and Data Center. */
export class BitbucketServerUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ bitbucketServer }) => bitbucketServer.list(),
    (_, deps) => integration => new BitbucketServerUrlReader(integration, deps),
  );

  readonly #integration: BitbucketServerIntegration;
  readonly #deps: ReaderDeps;

  constructor(integration: BitbucketServerIntegration, deps: ReaderDeps) {
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
    const { getBitbucketServerFileFetchUrl } = loadIntegration();
    const apiUrl = getBitbucketServerFileFetchUrl(url, this.#integration.config);
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
    const init = this.#requestInit(options?.signal);
    const etag = await this.#getLastCommit(url, init);
    if (options?.etag && options.etag === etag) {
      throw new NotModifiedError();
    }
    const { getBitbucketServerDownloadUrl } = loadIntegration();
    const archiveUrl = await getBitbucketServerDownloadUrl(url, this.#integration.config);
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
    const { host, token } = this.#integration.config;
    return `bitbucketServer{host=${host},authed=${Boolean(token)}}`;
  }

  #requestInit(signal: AbortSignal | undefined): RequestInit {
    const { getBitbucketServerRequestOptions } = loadIntegration();
    return { ...getBitbucketServerRequestOptions(this.#integration.config), signal };
  }

  /** The first 12 characters of the hash. */
  async #getLastCommit(url: string, init: RequestInit): Promise<string> {
    const { name, owner, ref } = parseGitUrl(url);
    const { apiBaseUrl } = this.#integration.config;
    const query = ref ? `?filterText=${encodeURIComponent(ref)}` : '/default';
    const branchesUrl = `${apiBaseUrl}/projects/${owner}/repos/${name}/branches${query}`;
    const response = await fetchOk(
      branchesUrl,
      init,
      `Failed to retrieve branch list from ${branchesUrl}`,
    );
    const answer = (await response.json()) as Branch & { values?: Branch[] };
    const branch = ref ? answer.values?.find(({ displayId }) => displayId === ref) : answer;
    if (!branch?.latestCommit) {
      throw new Error(
        `Failed to find Last Commit using ${ref ? `branch "${ref}"` : 'default branch'} in response from ${branchesUrl}`,
      );
    }
    return branch.latestCommit.substring(0, 12);
  }
}
