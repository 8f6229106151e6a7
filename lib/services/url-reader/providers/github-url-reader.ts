import type {
  GithubCredentials,
  GithubCredentialsProvider,
  GithubIntegration,
} from '@backstage/integration';
import { NotModifiedError } from '@backstage/errors';
import type { Minimatch } from 'minimatch';
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
import { createPathMatcher } from '../path-matcher';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import { conditionalHeaders, createStatusError, fetchUrl } from '../request';
import { searchFile } from '../search-file';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

/** The latest commit that is wanted, and where to get its files. */
interface Commit {
  sha: string;
  repository: { archive_url: string; trees_url: string };
}

/** Answer of the API that lists a tree. */
interface Tree {
  truncated: boolean;
  tree: Array<{ type: string; path?: string; url?: string }>;
}

/** Reads files and trees of GitHub and GitHub Enterprise. */
export class GithubUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ github }) => github.list(),
    (integrations, deps) => {
      const credentialsProvider =
        loadIntegration().DefaultGithubCredentialsProvider.fromIntegrations(integrations);
      return integration => new GithubUrlReader(integration, { ...deps, credentialsProvider });
    },
  );

  readonly #integration: GithubIntegration;
  readonly #deps: ReaderDeps & { credentialsProvider: GithubCredentialsProvider };

  constructor(
    integration: GithubIntegration,
    deps: ReaderDeps & { credentialsProvider: GithubCredentialsProvider },
  ) {
    if (!integration.config.apiBaseUrl && !integration.config.rawBaseUrl) {
      throw new Error(
        `GitHub integration '${integration.title}' must configure an explicit apiBaseUrl or rawBaseUrl`,
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
    const credentials = await this.#getCredentials(url, options);
    const { getGithubFileFetchUrl } = loadIntegration();
    const response = await this.#fetch(
      getGithubFileFetchUrl(url, this.#integration.config, credentials),
      {
        headers: {
          ...credentials.headers,
          ...conditionalHeaders(options),
          Accept: 'application/vnd.github.v3.raw',
        },
        signal: options?.signal,
      },
    );
    return ReadUrlResponseFactory.fromResponse(response);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const init = await this.#requestInit(url, options);
    const commit = await this.#getCommit(url, init, options?.etag);
    return this.#readArchive(commit, parseGitUrl(url).filepath, init, options?.filter);
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const { filepath } = parseGitUrl(url);
    const matcher = createPathMatcher(filepath);
    if (!matcher.hasMagic()) {
      return searchFile(this, url, options);
    }
    const init = await this.#requestInit(url, options);
    const commit = await this.#getCommit(url, init, options?.etag);
    const files =
      (await this.#searchTree(url, commit, matcher, init)) ??
      (await this.#searchArchive(url, commit, matcher, init));
    return { files, etag: commit.sha };
  }

  toString(): string {
    const { host, token } = this.#integration.config;
    return `github{host=${host},authed=${Boolean(token)}}`;
  }

  /** Asks for the list of files; undefined when there are more than GitHub lists. */
  async #searchTree(url: string, commit: Commit, matcher: Minimatch, init: RequestInit) {
    const { truncated, tree } = await this.#fetchJson<Tree>(
      commit.repository.trees_url.replace('{/sha}', `/${commit.sha}?recursive=true`),
      init,
    );
    if (truncated) {
      return undefined;
    }
    return tree.flatMap(({ type, path, url: blobUrl }) =>
      type === 'blob' && path && blobUrl && matcher.match(path)
        ? [{ url: fileUrl(url, path), content: () => this.#readBlob(blobUrl, init) }]
        : [],
    );
  }

  async #searchArchive(url: string, commit: Commit, matcher: Minimatch, init: RequestInit) {
    const tree = await this.#readArchive(commit, '', init, path => matcher.match(path));
    return (await tree.files()).map(file => ({ ...file, url: fileUrl(url, file.path) }));
  }

  async #readBlob(blobUrl: string, init: RequestInit): Promise<Buffer> {
    const { content } = await this.#fetchJson<{ content: string }>(blobUrl, init);
    return Buffer.from(content, 'base64');
  }

  async #readArchive(
    { sha, repository }: Commit,
    subpath: string,
    init: RequestInit,
    filter: UrlReaderServiceReadTreeOptions['filter'],
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const archiveUrl = repository.archive_url
      .replace('{archive_format}', 'tarball')
      .replace('{/ref}', `/${sha}`);
    return this.#deps.treeResponseFactory.fromTarArchive({
      response: await this.#fetch(archiveUrl, init),
      subpath,
      etag: sha,
      filter,
    });
  }

  async #getCommit(url: string, init: RequestInit, etag: string | undefined): Promise<Commit> {
    const { ref, full_name } = parseGitUrl(url);
    const repositoryUrl = `${this.#integration.config.apiBaseUrl}/repos/${full_name}`;
    const commit =
      ref ||
      (await this.#fetchJson<{ default_branch: string }>(repositoryUrl, init)).default_branch;
    const { sha, repository } = await this.#fetchJson<Commit>(
      `${repositoryUrl}/commits/${commit}/status?per_page=0`,
      init,
    );
    if (etag && etag === sha) {
      throw new NotModifiedError();
    }
    return { sha, repository };
  }

  async #requestInit(
    url: string,
    options: { token?: string; signal?: AbortSignal } | undefined,
  ): Promise<RequestInit> {
    const { headers } = await this.#getCredentials(url, options);
    return { headers, signal: options?.signal };
  }

  async #getCredentials(
    url: string,
    options: { token?: string } | undefined,
  ): Promise<GithubCredentials> {
    const token = options?.token;
    return token
      ? { headers: { Authorization: `Bearer ${token}` }, type: 'token', token }
      : this.#deps.credentialsProvider.getCredentials({ url });
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const response = await fetchUrl(url, init);
    if (response.ok) {
      return response;
    }
    await response.body?.cancel();
    if (response.status === 304) {
      throw new NotModifiedError();
    }
    const { isRateLimited } = this.#integration.parseRateLimitInfo(response);
    throw createStatusError(
      response,
      `Request failed for ${url}`,
      isRateLimited ? ' (rate limit exceeded)' : '',
    );
  }

  async #fetchJson<T>(url: string, init: RequestInit): Promise<T> {
    return (await this.#fetch(url, init)).json() as Promise<T>;
  }
}

/** The URL of another file of the same branch: `/<owner>/<repository>/blob/<ref>/<path>`. */
function fileUrl(url: string, path: string): string {
  const sibling = new URL(url);
  sibling.pathname = `${sibling.pathname.split('/').slice(1, 5).join('/')}/${path}`;
  return sibling.toString();
}
