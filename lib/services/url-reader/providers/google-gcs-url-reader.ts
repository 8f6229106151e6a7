import type { Readable } from 'node:stream';
import type { GoogleGcsIntegrationConfig } from '@backstage/integration';
import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../../api';
import { loadOptionalPackage } from '../../load-optional-package';
import { hasDotSegments, pathBelow } from '../object-path';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import type { ReaderFactory } from '../reader-factory';
import { searchFile } from '../search-file';
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
      { treeResponseFactory },
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

  async readUrl(url: string): Promise<UrlReaderServiceReadUrlResponse> {
    const { bucket, key } = parseGcsUrl(url);
    const storage = await this.#getStorage();
    return ReadUrlResponseFactory.fromReadable(
      storage.bucket(bucket).file(key).createReadStream() as Readable,
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
    const files = (await this.#listFiles(bucket, key))
      .map(file => ({ file, path: pathBelow(key, file.name) }))
      .filter(
        ({ file, path }) =>
          !hasDotSegments(file.name) &&
          options?.filter?.(path, { size: Number(file.metadata.size) }) !== false,
      )
      .map(({ file, path }) => ({
        data: file.createReadStream() as Readable,
        path,
        lastModifiedAt: file.metadata.updated ? new Date(file.metadata.updated) : undefined,
      }));
    return this.#deps.treeResponseFactory.fromReadableArray(files);
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
    const files = await this.#listFiles(bucket, pattern.slice(0, -1));
    return {
      files: files.map(({ name }) => {
        const fileUrl = `https://${HOST}/${bucket}/${name}`;
        return { url: fileUrl, content: async () => (await this.readUrl(fileUrl)).buffer() };
      }),
      etag: 'NOT/IMPLEMENTED',
    };
  }

  toString(): string {
    return `googleGcs{host=${HOST},authed=${Boolean(this.#integration.privateKey)}}`;
  }

  async #listFiles(bucket: string, prefix: string): Promise<any[]> {
    const storage = await this.#getStorage();
    const [files] = await storage.bucket(bucket).getFiles({ autoPaginate: true, prefix });
    return files;
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
  return { bucket, key: key.join('/') };
}
