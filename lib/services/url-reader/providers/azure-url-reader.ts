import type { AzureDevOpsCredentialsProvider, AzureIntegration } from '@backstage/integration';
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
import { createStatusError, fetchOk } from '../request';
import { searchFile } from '../search-file';
import { searchTree } from '../search-tree';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

/** Reads files and trees of Azure DevOps. */
export class AzureUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ azure }) => azure.list(),
    (integrations, deps) => {
      const credentialsProvider =
        loadIntegration().DefaultAzureDevOpsCredentialsProvider.fromIntegrations(integrations);
      return integration => new AzureUrlReader(integration, { ...deps, credentialsProvider });
    },
  );

  readonly #integration: AzureIntegration;
  readonly #deps: ReaderDeps & { credentialsProvider: AzureDevOpsCredentialsProvider };

  constructor(
    integration: AzureIntegration,
    deps: ReaderDeps & { credentialsProvider: AzureDevOpsCredentialsProvider },
  ) {
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
    const apiUrl = loadIntegration().getAzureFileFetchUrl(url);
    const failure = `${url} could not be read as ${apiUrl}`;
    const response = await fetchOk(
      apiUrl,
      { headers: await this.#getHeaders(apiUrl), signal: options?.signal },
      failure,
    );
    // The answer to wrong credentials: a page to sign in at.
    if (response.status === 203) {
      await response.body?.cancel();
      throw createStatusError(response, failure);
    }
    return ReadUrlResponseFactory.fromResponse(response);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { getAzureCommitsUrl, getAzureDownloadUrl } = loadIntegration();
    const headers = await this.#getHeaders(url);
    const signal = options?.signal;
    const failure = `Failed to read tree from ${url}`;

    const commits = await fetchOk(getAzureCommitsUrl(url), { headers, signal }, failure);
    const [commit] = ((await commits.json()) as { value: Array<{ commitId: string }> }).value;
    if (options?.etag && options.etag === commit.commitId) {
      throw new NotModifiedError();
    }
    const response = await fetchOk(
      getAzureDownloadUrl(url),
      { headers: { ...headers, Accept: 'application/zip' }, signal },
      failure,
    );
    return this.#deps.treeResponseFactory.fromZipArchive({
      response,
      etag: commit.commitId,
      filter: options?.filter,
      subpath: subpathOf(url),
    });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const treeUrl = new URL(url);
    const pattern = treeUrl.searchParams.get('path') ?? '';
    if (!/[*?]/.test(pattern)) {
      return searchFile(this, url, options);
    }
    treeUrl.searchParams.delete('path');
    return searchTree(
      this,
      {
        treeUrl: treeUrl.toString(),
        pattern,
        urlOf: file => this.#integration.resolveUrl({ url: `/${file}`, base: url }),
      },
      options,
    );
  }

  toString(): string {
    const { host, credentials = [] } = this.#integration.config;
    return `azure{host=${host},authed=${credentials.length > 0}}`;
  }

  async #getHeaders(url: string): Promise<Record<string, string> | undefined> {
    return (await this.#deps.credentialsProvider.getCredentials({ url }))?.headers;
  }
}

/** The archive of a folder contains that folder, without those above it. */
function subpathOf(url: string): string | undefined {
  return new URL(url).searchParams.get('path')?.split('/').filter(Boolean).at(-1);
}
