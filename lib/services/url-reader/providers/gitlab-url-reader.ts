import type { GitLabIntegration } from '@backstage/integration';
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
import { searchFile } from '../search-file';
import { searchTree } from '../search-tree';
import { createReaderFactory, loadIntegration, type ReaderDeps } from './integrations';

const ARTIFACTS = '/-/jobs/artifacts/';

/** Reads files and trees of GitLab, and artifacts of its jobs. */
export class GitlabUrlReader implements UrlReaderService {
  static factory = createReaderFactory(
    ({ gitlab }) => gitlab.list(),
    (_, deps) => integration => new GitlabUrlReader(integration, deps),
  );

  readonly #integration: GitLabIntegration;
  readonly #deps: ReaderDeps;

  constructor(integration: GitLabIntegration, deps: ReaderDeps) {
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
    const isArtifact = url.includes(ARTIFACTS);
    const apiUrl = await this.#fileUrl(new URL(url), options?.token);
    const { headers } = this.#requestInit(options);
    const response = await this.#fetch(
      apiUrl,
      {
        headers: { ...headers, ...(!isArtifact && conditionalHeaders(options)) },
        signal: options?.signal,
      },
      `${url} could not be read as ${apiUrl}`,
    );
    return ReadUrlResponseFactory.fromResponse(response);
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { ref, full_name, filepath } = parseGitUrl(url);
    const init = this.#requestInit(options);
    const projectUrl = this.#projectUrl(this.#pathInGitlab(`/${full_name}`));
    const project = await this.#fetch(projectUrl, init, `Failed to read tree from ${url}`);
    const branch = ref || ((await project.json()) as { default_branch: string }).default_branch;
    const path = filepath ? { path: filepath } : undefined;

    const commits = await this.#fetch(
      `${projectUrl}/repository/commits?${new URLSearchParams({ ref_name: branch, ...path })}`,
      init,
      `Failed to read tree (branch) from ${url}`,
    );
    const etag = ((await commits.json()) as Array<{ id: string }>)[0]?.id ?? '';
    if (options?.etag && options.etag === etag) {
      throw new NotModifiedError();
    }

    const archiveUrl = `${projectUrl}/repository/archive?${new URLSearchParams({ sha: branch, ...path })}`;
    const response = await this.#fetch(
      archiveUrl,
      // GitLab takes requests in the mode that is the default, cors, for hotlinks and refuses them.
      { ...init, mode: 'same-origin' },
      `Failed to read tree (archive) from ${url}, ${archiveUrl}`,
    );
    return this.#deps.treeResponseFactory.fromTarArchive({
      response,
      subpath: filepath,
      etag,
      filter: options?.filter,
    });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const { filepath } = parseGitUrl(url);
    if (!/[*?]/.test(filepath)) {
      return searchFile(this, url, options);
    }
    const folder = folderOf(filepath);
    const prefix = folder && `${folder}/`;
    return searchTree(
      this,
      {
        treeUrl: url.replace(filepath, folder).replace(/\/+$/, ''),
        pattern: filepath.slice(prefix.length),
        urlOf: path => this.#integration.resolveUrl({ url: `/${prefix}${path}`, base: url }),
      },
      options,
    );
  }

  toString(): string {
    const { host, token } = this.#integration.config;
    return `gitlab{host=${host},authed=${Boolean(token)}}`;
  }

  #requestInit(options: { token?: string; signal?: AbortSignal } | undefined): RequestInit {
    const { getGitLabRequestOptions } = loadIntegration();
    return {
      ...getGitLabRequestOptions(this.#integration.config, options?.token),
      signal: options?.signal,
    };
  }

  #fetch(url: string, init: RequestInit, failure: string): Promise<Response> {
    return fetchOk(url, init, failure, (input, options) => this.#integration.fetch(input, options));
  }

  /** The URL of a file in the API. That of an artifact has the job and the path as in the browser. */
  async #fileUrl(url: URL, token: string | undefined): Promise<string> {
    const path = this.#pathInGitlab(url.pathname);
    if (!url.pathname.includes(ARTIFACTS)) {
      return loadIntegration().getGitLabFileFetchUrl(
        url.toString(),
        this.#integration.config,
        token,
      );
    }
    const [project, artifact] = path.split(ARTIFACTS);
    const apiUrl = new URL(url);
    apiUrl.pathname = `${this.#relativePath()}/api/v4/projects/${encodeURIComponent(project)}/jobs/artifacts/${artifact}`;
    return apiUrl.toString();
  }

  #projectUrl(project: string): string {
    return `${this.#integration.config.apiBaseUrl}/projects/${encodeURIComponent(project)}`;
  }

  #relativePath(): string {
    return loadIntegration().getGitLabIntegrationRelativePath(this.#integration.config);
  }

  /** A path without the one that GitLab itself is served at. */
  #pathInGitlab(pathname: string): string {
    const prefix = `${this.#relativePath()}/`;
    if (!pathname.startsWith(prefix)) {
      throw new Error(
        `Failed to read GitLab URL from ${pathname}. Url path must start with ${prefix}.`,
      );
    }
    return pathname.slice(prefix.length);
  }
}

/** The folder that a pattern begins with: `catalog/foo` of `catalog/foo/*.yaml`. */
function folderOf(pattern: string): string {
  const segments = pattern.split('/');
  return segments
    .slice(
      0,
      segments.findIndex(segment => /[*?]/.test(segment)),
    )
    .join('/');
}
