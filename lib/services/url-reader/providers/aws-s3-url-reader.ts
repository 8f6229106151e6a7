import type { Readable } from 'node:stream';
import type { AwsS3Integration } from '@backstage/integration';
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
import { parseS3Url, type S3Location } from './parse-s3-url';

/** What is used of @aws-sdk/client-s3, which is loaded when a URL of S3 is read for the first time. */
type S3Sdk = any;

/** Reads files and trees of Amazon S3, and of what speaks its protocol. */
export class AwsS3UrlReader implements UrlReaderService {
  static factory: ReaderFactory = ({ config, treeResponseFactory }) => {
    const credentials = createAwsCredentialsManager(config);
    const deps = { treeResponseFactory, limits: readTreeLimits(config) };
    return loadIntegration()
      .ScmIntegrations.fromConfig(config)
      .awsS3.list()
      .map(integration => ({
        reader: new AwsS3UrlReader(credentials, integration, deps),
        predicate: url => url.host.endsWith(integration.config.host),
      }));
  };

  readonly #credentials: AwsCredentialsManager;
  readonly #integration: AwsS3Integration;
  readonly #deps: ReaderDeps;

  constructor(
    credsManager: AwsCredentialsManager,
    integration: AwsS3Integration,
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
    options: UrlReaderServiceReadUrlOptions = {},
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const { etag, lastModifiedAfter, signal } = options;
    try {
      const { bucket, path, send } = await this.#open(url, signal);
      const object = await send('GetObjectCommand', {
        Bucket: bucket,
        Key: path,
        ...(etag && { IfNoneMatch: etag }),
        ...(lastModifiedAfter && { IfModifiedSince: lastModifiedAfter }),
      });
      return await ReadUrlResponseFactory.fromReadable(
        endWhenAborted(object.Body as Readable, signal),
        {
          etag: object.ETag,
          lastModifiedAt: object.LastModified,
        },
      );
    } catch (error) {
      throw forwardStorageError('Could not retrieve file from S3', error);
    }
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    try {
      const { bucket, path, send } = await this.#open(url, options?.signal);
      const tree = new TreeListing(path, options, this.#deps.limits);
      let token: string | undefined;
      do {
        const page = await send('ListObjectsV2Command', {
          Bucket: bucket,
          ContinuationToken: token,
          Prefix: path,
        });
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          tree.add({
            name: Key,
            size: Size,
            lastModifiedAt: LastModified,
            open: async () => (await send('GetObjectCommand', { Bucket: bucket, Key })).Body,
          });
        }
        token = page.NextContinuationToken;
      } while (token);
      return await this.#deps.treeResponseFactory.fromReadableArray(tree.files);
    } catch (error) {
      throw forwardStorageError('Could not retrieve file tree from S3', error);
    }
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    if (/[*?]/.test(parseS3Url(url, this.#integration.config).path)) {
      throw new Error('Unsupported search pattern URL');
    }
    return searchFile(this, url, options);
  }

  toString(): string {
    const { host, secretAccessKey } = this.#integration.config;
    return `awsS3{host=${host},authed=${Boolean(secretAccessKey)}}`;
  }

  /** Where a URL leads, and a function that sends commands there. */
  async #open(url: string, signal: AbortSignal | undefined) {
    const { config } = this.#integration;
    const location: S3Location = parseS3Url(url, config);
    const sdk: S3Sdk = await loadOptionalPackage('@aws-sdk/client-s3', 'Reading from S3');
    const client = new sdk.S3Client({
      customUserAgent: 'backstage-aws-s3-url-reader',
      region: location.region,
      credentials: await getAwsCredentials(
        this.#credentials,
        config,
        location.region,
        'backstage-aws-s3-url-reader',
      ),
      endpoint: config.endpoint,
      forcePathStyle: config.s3ForcePathStyle,
    });
    const send = (command: string, input: object): Promise<any> =>
      client.send(new sdk[command](input), { abortSignal: signal });
    return { ...location, send };
  }
}
