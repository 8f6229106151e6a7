import { Readable } from 'node:stream';
import type { AwsCodeCommitIntegration } from '@backstage/integration';
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
import { loadOptionalPackage } from '../../load-optional-package';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import type { ReaderFactory } from '../reader-factory';
import { searchFile } from '../search-file';
import { forwardStorageError } from '../storage-error';
import { readTreeLimits } from '../tree/tree-limits';
import { TreeListing } from '../tree/tree-listing';
import {
  createAwsCredentialsManager,
  getAwsCredentials,
  type AwsCredentialsManager,
} from './aws-credentials';
import { loadIntegration, type ReaderDeps } from './integrations';
import { parseCodeCommitUrl, type CodeCommitLocation } from './parse-code-commit-url';

/** Sends a command of the AWS SDK, by the name of its class. */
type Send = (command: string, input: object) => Promise<any>;

/** Reads files and trees of AWS CodeCommit, by the URLs of the AWS console. */
export class AwsCodeCommitUrlReader implements UrlReaderService {
  static factory: ReaderFactory = ({ config, treeResponseFactory }) => {
    const credentials = createAwsCredentialsManager(config);
    const deps = { treeResponseFactory, limits: readTreeLimits(config) };
    return loadIntegration()
      .ScmIntegrations.fromConfig(config)
      .awsCodeCommit.list()
      .map(integration => ({
        reader: new AwsCodeCommitUrlReader(credentials, integration, deps),
        predicate: url =>
          url.host.endsWith(integration.config.host) &&
          url.pathname.startsWith('/codesuite/codecommit'),
      }));
  };

  readonly #credentials: AwsCredentialsManager;
  readonly #integration: AwsCodeCommitIntegration;
  readonly #deps: ReaderDeps;

  constructor(
    credsManager: AwsCredentialsManager,
    integration: AwsCodeCommitIntegration,
    deps: ReaderDeps,
  ) {
    this.#credentials = credsManager;
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
    try {
      const { region, path, ...commit } = parseCodeCommitUrl(url, 'file');
      const send = await this.#createSend(region, options?.signal);
      const { commitId, fileContent } = await send('GetFileCommand', { ...commit, filePath: path });
      checkModified(options?.etag, commitId);
      return await ReadUrlResponseFactory.fromReadable(Readable.from([Buffer.from(fileContent)]), {
        etag: commitId,
      });
    } catch (error) {
      throw forwardStorageError('Could not retrieve file from CodeCommit', error);
    }
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    try {
      const location = parseCodeCommitUrl(url, 'tree');
      const send = await this.#createSend(location.region, options?.signal);
      const { repositoryName, commitSpecifier } = location;
      const tree = new TreeListing(`/${location.path}`, options, this.#deps.limits);
      for await (const filePath of listFiles(send, location, options?.etag)) {
        const file = { repositoryName, filePath, commitSpecifier };
        tree.add({
          name: `/${filePath}`,
          open: async () => [(await send('GetFileCommand', file)).fileContent],
        });
      }
      return await this.#deps.treeResponseFactory.fromReadableArray(tree.files);
    } catch (error) {
      throw forwardStorageError('Could not retrieve file tree from CodeCommit', error);
    }
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (/[*?]/.test(parseCodeCommitUrl(url, 'file').path)) {
      throw new Error('Unsupported search pattern URL');
    }
    return searchFile(this, url, options);
  }

  toString(): string {
    const { host, secretAccessKey } = this.#integration.config;
    return `awsCodeCommit{host=${host},authed=${Boolean(secretAccessKey)}}`;
  }

  async #createSend(region: string, signal: AbortSignal | undefined): Promise<Send> {
    const sdk = await loadOptionalPackage('@aws-sdk/client-codecommit', 'Reading from CodeCommit');
    const client = new sdk.CodeCommitClient({
      customUserAgent: 'backstage-aws-codecommit-url-reader',
      region,
      credentials: await getAwsCredentials(
        this.#credentials,
        this.#integration.config,
        region,
        'backstage-aws-code-commit-url-reader',
      ),
    });
    return (command, input) => client.send(new sdk[command](input), { abortSignal: signal });
  }
}

/** The paths of all files of a folder, and of the folders in it. */
async function* listFiles(
  send: Send,
  { repositoryName, commitSpecifier, path }: CodeCommitLocation,
  etag: string | undefined,
): AsyncIterable<string> {
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const listing = await send('GetFolderCommand', {
      folderPath: folder,
      repositoryName,
      commitSpecifier,
    });
    checkModified(etag, listing.commitId);
    yield* pathsOf(listing.files);
    folders.push(...pathsOf(listing.subFolders));
  }
}

function pathsOf(entries: Array<{ absolutePath?: string }> = []): string[] {
  return entries.flatMap(({ absolutePath }) => absolutePath ?? []);
}

function checkModified(etag: string | undefined, commitId: string): void {
  if (etag && etag === commitId) {
    throw new NotModifiedError();
  }
}
