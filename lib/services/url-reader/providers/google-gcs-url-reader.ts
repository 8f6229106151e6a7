import type { GoogleGcsIntegrationConfig } from '@backstage/integration';
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
import { escapePath, unescapePath } from '../object-path';
import { readLater } from '../read-later';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import type { ReaderFactory } from '../reader-factory';
import { searchFile } from '../search-file';
import { readTreeLimits } from '../tree/tree-limits';
import { TreeListing } from '../tree/tree-listing';
import { untilAborted } from '../until-aborted';
import { loadIntegration, type ReaderDeps } from './integrations';

const HOST = 'storage.cloud.google.com';

/** What is used of the Storage of @google-cloud/storage. */
type Storage = any;

/** Reads files and trees of Google Cloud Storage. */
export class GoogleGcsUrlReader implements UrlReaderService {
  static factory: ReaderFactory = ({ config, logger, treeResponseFactory }) => {
    if (!config.has('integrations.googleGcs')) {
      return [];
    }
    const integration = loadIntegration().readGoogleGcsIntegrationConfig(
      config.getConfig('integrations.googleGcs'),
    );
    if (!integration.clientEmail || !integration.privateKey) {
      logger.info('googleGcs credentials not found in config. Using default credentials provider.');
    }
    let storage: Promise<Storage> | undefined;
    const reader = new GoogleGcsUrlReader(
      integration,
      () => (storage ??= createStorage(integration)),
      { treeResponseFactory, limits: readTreeLimits(config) },
    );
    return [{ reader, predicate: url => url.host === HOST }];
  };

  readonly #integration: GoogleGcsIntegrationConfig;
  readonly #getStorage: () => Promise<Storage>;
  readonly #deps: ReaderDeps;

  private constructor(
    integration: GoogleGcsIntegrationConfig,
    getStorage: () => Promise<Storage>,
    deps: ReaderDeps,
  ) {
    this.#integration = integration;
    this.#getStorage = getStorage;
    this.#deps = deps;
  }

  async read(url: string): Promise<Buffer> {
    try {
      return await (await this.readUrl(url)).buffer();
    } catch (error) {
      throw new Error(`unable to read gcs file from ${url}, ${error}`, { cause: error });
    }
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const { bucket, key } = parseGcsUrl(url);
    options?.signal?.throwIfAborted();
    const storage = await this.#getStorage();
    return ReadUrlResponseFactory.fromReadable(
      readLater(() => storage.bucket(bucket).file(key).createReadStream(), options?.signal),
    );
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const { bucket, key } = parseGcsUrl(url);
    if (/[*?]/.test(key)) {
      throw new Error('GcsUrlReader readTree does not support glob patterns, use search instead');
    }
    const tree = new TreeListing(key, options, this.#deps.limits);
    for await (const file of this.#listFiles(bucket, key, options?.signal)) {
      const { size, updated } = file.metadata;
      tree.add({
        name: file.name,
        size: Number(size ?? 0),
        lastModifiedAt: updated ? new Date(updated) : undefined,
        open: () => file.createReadStream(),
      });
    }
    return this.#deps.treeResponseFactory.fromReadableArray(tree.files);
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const { bucket, key: pattern } = parseGcsUrl(url);
    if (!/[*?]/.test(pattern)) {
      return searchFile(this, url, options);
    }
    if (pattern.indexOf('*') !== pattern.length - 1) {
      throw new Error('GcsUrlReader only supports prefix-based searches');
    }
    const files: UrlReaderServiceSearchResponse['files'] = [];
    for await (const { name } of this.#listFiles(bucket, pattern.slice(0, -1), options?.signal)) {
      const fileUrl = `https://${HOST}/${bucket}/${escapePath(name)}`;
      files.push({
        url: fileUrl,
        content: async () => (await this.readUrl(fileUrl, { signal: options?.signal })).buffer(),
      });
    }
    return { files, etag: 'NOT/IMPLEMENTED' };
  }

  toString(): string {
    return `googleGcs{host=${HOST},authed=${Boolean(this.#integration.privateKey)}}`;
  }

  /** Lists page by page, so that the reading of a large bucket can end at any of them. */
  async *#listFiles(
    bucket: string,
    prefix: string,
    signal: AbortSignal | undefined,
  ): AsyncIterable<any> {
    signal?.throwIfAborted();
    const storage = await this.#getStorage();
    let query: object | null | undefined = { autoPaginate: false, prefix };
    while (query) {
      const page: any[] = await untilAborted(storage.bucket(bucket).getFiles(query), signal);
      yield* page[0];
      // Without that, the client would list all that is left, and give the same query again.
      query = page[1] && { ...page[1], autoPaginate: false };
    }
  }
}

async function createStorage(integration: GoogleGcsIntegrationConfig): Promise<Storage> {
  const { clientEmail, privateKey } = integration;
  const sdk = await loadOptionalPackage('@google-cloud/storage', 'Reading from googleGcs');
  return new sdk.Storage({
    ...(clientEmail &&
      privateKey && { credentials: { client_email: clientEmail, private_key: privateKey } }),
  });
}

function parseGcsUrl(url: string): { bucket: string; key: string } {
  const { host, pathname } = new URL(url);
  if (host !== HOST) {
    throw new Error(`not a valid GCS URL: ${url}`);
  }
  const [, bucket, ...key] = pathname.split('/');
  return { bucket, key: unescapePath(key.join('/')) };
}
