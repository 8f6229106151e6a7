import type { Readable } from 'node:stream';
import type { AwsS3Integration } from '@backstage/integration';
import { ForwardedError } from '@backstage/errors';
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
import { hasDotSegments, pathBelow } from '../object-path';
import { ReadUrlResponseFactory } from '../read-url-response-factory';
import type { ReaderFactory } from '../reader-factory';
import { readLater } from '../read-later';
import { searchFile } from '../search-file';
import { forwardStorageError } from '../storage-error';
import type { FromReadableArrayOptions } from '../tree/read-tree-response-factory';
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
    return loadIntegration()
      .ScmIntegrations.fromConfig(config)
      .awsS3.list()
      .map(integration => ({
        reader: new AwsS3UrlReader(credentials, integration, { treeResponseFactory }),
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
      return await ReadUrlResponseFactory.fromReadable(object.Body as Readable, {
        etag: object.ETag,
        lastModifiedAt: object.LastModified,
      });
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
      const files: FromReadableArrayOptions = [];
      let token: string | undefined;
      do {
        const page = await send('ListObjectsV2Command', {
          Bucket: bucket,
          ContinuationToken: token,
          Prefix: path,
        });
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          const inTree = pathBelow(path, Key);
          if (hasDotSegments(Key) || options?.filter?.(inTree, { size: Size }) === false) {
            continue;
          }
          const download = () => send('GetObjectCommand', { Bucket: bucket, Key });
          files.push({
            data: readLater(async () => (await download()).Body),
            path: inTree,
            lastModifiedAt: LastModified,
          });
        }
        token = page.NextContinuationToken;
      } while (token);
      return await this.#deps.treeResponseFactory.fromReadableArray(files);
    } catch (error) {
      throw new ForwardedError('Could not retrieve file tree from S3', error);
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
