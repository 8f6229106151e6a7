import type { Readable } from 'node:stream';
import type { AzureBlobStorageIntegration, AzureCredentialsManager } from '@backstage/integration';
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
import { endWhenAborted } from '../end-when-aborted';
import { urlHasDotSegments } from '../object-path';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import type { ReaderFactory } from '../reader-factory';
import { searchFile } from '../search-file';
import { forwardStorageError } from '../storage-error';
import { readTreeLimits } from '../tree/tree-limits';
import { TreeListing } from '../tree/tree-listing';
import { loadIntegration, type ReaderDeps } from './integrations';

/** What is used of the ContainerClient of @azure/storage-blob. */
type ContainerClient = any;

/** Reads files and trees of Azure Blob Storage. */
export class AzureBlobStorageUrlReader implements UrlReaderService {
  static factory: ReaderFactory = ({ config, treeResponseFactory }) => {
    const { DefaultAzureCredentialsManager, ScmIntegrations } = loadIntegration();
    const integrations = ScmIntegrations.fromConfig(config);
    const credentials = DefaultAzureCredentialsManager.fromIntegrations(integrations);
    const deps = { treeResponseFactory, limits: readTreeLimits(config) };
    return integrations.azureBlobStorage.list().map(integration => {
      const { accountName, host } = integration.config;
      return {
        reader: new AzureBlobStorageUrlReader(credentials, integration, deps),
        predicate: url => url.host.endsWith(`${accountName}.${host}`),
      };
    });
  };

  readonly #integration: AzureBlobStorageIntegration;
  readonly #deps: ReaderDeps;
  readonly #createContainerClient: (container: string) => Promise<ContainerClient>;

  constructor(
    credsManager: AzureCredentialsManager,
    integration: AzureBlobStorageIntegration,
    deps: ReaderDeps & {
      createContainerClient?: (containerName: string) => Promise<ContainerClient>;
    },
  ) {
    this.#integration = integration;
    this.#deps = deps;
    this.#createContainerClient =
      deps.createContainerClient ??
      (container => createContainerClient(integration, credsManager, container));
  }

  async read(url: string): Promise<Buffer> {
    return (await this.readUrl(url)).buffer();
  }

  async readUrl(
    url: string,
    options: UrlReaderServiceReadUrlOptions = {},
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const { etag, lastModifiedAfter, signal } = options;
    try {
      const { container, path } = parseBlobUrl(url);
      const client = await this.#createContainerClient(container);
      const blob = await client.getBlobClient(path).download(0, undefined, {
        abortSignal: signal,
        conditions: {
          ...(etag && { ifNoneMatch: etag }),
          ...(lastModifiedAfter && { ifModifiedSince: lastModifiedAfter }),
        },
      });
      const content = endWhenAborted(blob.readableStreamBody as Readable, signal);
      return await ReadUrlResponseFactory.fromReadable(content, {
        etag: blob.etag,
        lastModifiedAt: blob.lastModified,
      });
    } catch (error) {
      throw forwardStorageError('Could not retrieve file from Azure Blob Storage', error);
    }
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const abortSignal = options?.signal;
    try {
      const { container, path } = parseBlobUrl(url);
      const client = await this.#createContainerClient(container);
      const tree = new TreeListing(path, options, this.#deps.limits);
      for await (const { name, properties } of client.listBlobsFlat({
        prefix: path,
        abortSignal,
      })) {
        const download = () =>
          client.getBlobClient(name).download(undefined, undefined, { abortSignal });
        tree.add({
          name,
          size: properties.contentLength,
          lastModifiedAt: properties.lastModified,
          open: async () => (await download()).readableStreamBody,
        });
      }
      return await this.#deps.treeResponseFactory.fromReadableArray(tree.files);
    } catch (error) {
      throw forwardStorageError('Could not retrieve file tree from Azure Blob Storage', error);
    }
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (/[*?]/.test(parseBlobUrl(url).path)) {
      throw new Error('Glob search pattern not implemented for AzureBlobStorageUrlReader');
    }
    return searchFile(this, url, options);
  }

  toString(): string {
    const { accountName, accountKey } = this.#integration.config;
    return `azureBlobStorage{accountName=${accountName},authed=${Boolean(accountKey)}}`;
  }
}

async function createContainerClient(
  { config }: AzureBlobStorageIntegration,
  credentials: AzureCredentialsManager,
  container: string,
): Promise<ContainerClient> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await loadOptionalPackage(
    '@azure/storage-blob',
    'Reading from Azure Blob Storage',
  );
  const { accountName = '', accountKey, endpoint, sasToken } = config;
  const accountUrl = `https://${accountName}.${config.host}`;
  const service =
    accountKey && accountName
      ? new BlobServiceClient(accountUrl, new StorageSharedKeyCredential(accountName, accountKey))
      : new BlobServiceClient(
          endpoint ? `${endpoint}${sasToken ? `?${sasToken}` : ''}` : accountUrl,
          await credentials.getCredentials(accountName),
        );
  return service.getContainerClient(container);
}

function parseBlobUrl(url: string): { container: string; path: string } {
  const [container, ...path] = new URL(url).pathname
    .split('/')
    .filter(Boolean)
    .map(decodeURIComponent);
  if (container === undefined || urlHasDotSegments(url)) {
    throw new Error(`Invalid Azure Blob Storage URL format: ${url}`);
  }
  return { container, path: path.join('/') };
}
