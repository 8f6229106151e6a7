import { Readable } from 'node:stream';
import { ConfigReader } from '@backstage/config';
import { AzureBlobStorageIntegration } from '@backstage/integration';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { AzureBlobStorageUrlReader, UrlReaders } from '../../../lib/services';
import { createMockDirectory } from 'backstage-forklift/testing';
import { parseS3Url } from '../../../lib/services/url-reader/providers/parse-s3-url';
import { DefaultReadTreeResponseFactory } from '../../../lib/services/url-reader/tree/default-read-tree-response-factory';
import { storageSdks } from './storage-sdks';

use(chaiAsPromised);

const logger: any = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };
const textOf = async (content: () => Promise<Buffer>) => (await content()).toString();
const contentsOf = async (files: Array<{ path: string; content(): Promise<Buffer> }>) =>
  Object.fromEntries(
    await Promise.all(files.map(async file => [file.path, await textOf(file.content)])),
  );

describe('The URL reader for object storage', () => {
  const folder = createMockDirectory();
  const workingFolder = process.cwd();
  type Answer = (command: string, input: any, options: any, signal?: AbortSignal) => unknown;
  let answer: Answer;

  before(() => {
    folder.setContent(storageSdks);
    process.chdir(folder.path);
    (globalThis as any).awsAnswer = async (...args: Parameters<Answer>) => answer(...args);
  });

  after(() => {
    process.chdir(workingFolder);
    delete (globalThis as any).awsAnswer;
    delete (globalThis as any).gcsBucket;
  });

  const createReader = (integrations: object) =>
    UrlReaders.default({ config: new ConfigReader({ integrations } as any), logger });

  describe('Amazon S3', () => {
    const keys = { accessKeyId: 'id', secretAccessKey: 'key' };
    const url = 'https://bucket.s3.eu-west-1.amazonaws.com';

    it('reads an object, with the keys and in the region of its URL', async () => {
      const reader = createReader({ awsS3: [keys] });
      let asked: any[] = [];
      answer = (...args) => {
        asked = args;
        return { Body: Readable.from(['content']), ETag: 'e1', LastModified: new Date(7) };
      };
      const signal = new AbortController().signal;

      const response = await reader.readUrl(`${url}/a%20b/c.yaml`, { etag: 'e0', signal });

      expect(await textOf(response.buffer)).to.equal('content');
      expect(response).to.deep.include({ etag: 'e1', lastModifiedAt: new Date(7) });
      const [command, input, options, abortSignal] = asked;
      expect(command).to.equal('GetObjectCommand');
      expect(input).to.deep.equal({ Bucket: 'bucket', Key: 'a b/c.yaml', IfNoneMatch: 'e0' });
      expect(options.region).to.equal('eu-west-1');
      expect(await options.credentials()).to.deep.equal(keys);
      expect(abortSignal).to.equal(signal);
    });

    it('takes on a role', async () => {
      const reader = createReader({ awsS3: [{ ...keys, roleArn: 'arn:role', externalId: 'x' }] });
      let credentials: any;
      answer = (_, __, options) => {
        credentials = options.credentials;
        return { Body: Readable.from([]) };
      };

      await reader.readUrl(`${url}/a`);

      expect(credentials.temporary.params).to.deep.equal({
        RoleSessionName: 'backstage-aws-s3-url-reader',
        RoleArn: 'arn:role',
        ExternalId: 'x',
      });
    });

    it('throws NotModifiedError, NotFoundError and what else S3 says', async () => {
      const reader = createReader({ awsS3: [keys] });
      const status = (httpStatusCode: number) => () => {
        throw Object.assign(new Error('S3 says no'), { $metadata: { httpStatusCode } });
      };

      answer = status(304);
      await expect(reader.readUrl(`${url}/a`)).to.be.rejected.and.eventually.have.property(
        'name',
        'NotModifiedError',
      );
      answer = status(404);
      await expect(reader.readUrl(`${url}/a`)).to.be.rejected.and.eventually.have.property(
        'name',
        'NotFoundError',
      );
      expect(await reader.search(`${url}/a`)).to.deep.equal({ files: [], etag: '' });
      answer = status(403);
      await expect(reader.readUrl(`${url}/a`)).to.be.rejectedWith(
        'Could not retrieve file from S3; caused by Error: S3 says no',
      );
    });

    it('reads all pages of a tree, and its objects when they are wanted', async () => {
      const reader = createReader({ awsS3: [keys] });
      const opened: string[] = [];
      answer = (command, input) => {
        if (command === 'GetObjectCommand') {
          opened.push(input.Key);
          return { Body: Readable.from([`content of ${input.Key}`]) };
        }
        return input.ContinuationToken
          ? {
              Contents: [
                { Key: 'docs/b/c.md', Size: 3 },
                { Key: 'docs/../evil', Size: 1 },
              ],
            }
          : {
              Contents: [
                { Key: 'docs/a.md', Size: 1 },
                { Key: 'docs/big.bin', Size: 9e9 },
              ],
              NextContinuationToken: 'n',
            };
      };

      const tree = await reader.readTree(`${url}/docs`, { filter: (_, info) => info!.size < 100 });
      const files = await tree.files();

      expect(files.map(({ path }) => path)).to.deep.equal(['a.md', 'b/c.md']);
      expect(opened).to.deep.equal([]);
      expect(await contentsOf(files)).to.deep.equal({
        'a.md': 'content of docs/a.md',
        'b/c.md': 'content of docs/b/c.md',
      });
    });

    const cases: Array<[url: string, config: object, location: object | string]> = [
      ['https://b.s3.amazonaws.com/k', {}, { bucket: 'b', path: 'k', region: 'us-east-1' }],
      [
        'https://b.s3-eu-west-1.amazonaws.com/k/l',
        {},
        { bucket: 'b', path: 'k/l', region: 'eu-west-1' },
      ],
      [
        'https://s3.eu-west-1.amazonaws.com/b/k',
        {},
        { bucket: 'b', path: 'k', region: 'eu-west-1' },
      ],
      [
        'https://b.s3.cn-north-1.amazonaws.com.cn/k',
        {},
        { bucket: 'b', path: 'k', region: 'cn-north-1' },
      ],
      [
        'https://b.bucket.vpce-1a.s3.us-west-2.vpce.amazonaws.com/k',
        {},
        { bucket: 'b', path: 'k', region: 'us-west-2' },
      ],
      [
        'https://minio.example/b/k',
        { host: 'minio.example' },
        { bucket: 'b', path: 'k', region: 'us-east-1' },
      ],
      [
        'https://b.minio.example/k',
        { host: 'minio.example' },
        { bucket: 'b', path: 'k', region: 'us-east-1' },
      ],
      [
        'https://x.minio.example/b/k',
        { host: 'minio.example', s3ForcePathStyle: true },
        { bucket: 'b', path: 'k', region: 'us-east-1' },
      ],
      ['https://s3.amazonaws.com/b', {}, 'does not contain bucket in the path'],
      ['https://ec2.amazonaws.com/b/k', {}, 'Invalid AWS S3 URL'],
      ['https://b.s3.amazonaws.com/a/../k', {}, 'Invalid AWS S3 URL'],
      ['https://b.s3.amazonaws.com/a/%2e%2e%2fk', {}, 'Invalid AWS S3 URL'],
    ];
    for (const [target, config, location] of cases) {
      it(`takes ${target} apart`, () => {
        const parse = () => parseS3Url(target, { host: 'amazonaws.com', ...config });
        if (typeof location === 'string') {
          expect(parse).to.throw(location);
        } else {
          expect(parse()).to.deep.equal(location);
        }
      });
    }

    it('says what to install when there are no keys', async () => {
      await expect(createReader({ awsS3: [{}] }).readUrl(`${url}/a`)).to.be.rejectedWith(
        "needs the package '@backstage/integration-aws-node', add it to your backend",
      );
    });
  });

  describe('AWS CodeCommit', () => {
    const repository =
      'https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/portal';
    let reader: ReturnType<typeof createReader>;

    beforeEach(() => {
      reader = createReader({
        awsCodeCommit: [{ region: 'eu-west-1', accessKeyId: 'i', secretAccessKey: 'k' }],
      });
      const folders: Record<string, object> = {
        '/': { files: [{ absolutePath: 'a.md' }], subFolders: [{ absolutePath: 'docs' }] },
        docs: { files: [{ absolutePath: 'docs/b.md' }], subFolders: [] },
      };
      answer = (command, input) =>
        command === 'GetFileCommand'
          ? {
              commitId: 'c1',
              fileContent: Buffer.from(`${input.filePath}@${input.commitSpecifier}`),
            }
          : { commitId: 'c1', ...folders[input.folderPath] };
    });

    it('reads a file, and knows when it has not changed', async () => {
      const url = `${repository}/browse/refs/heads/main/--/docs/b.md`;

      const response = await reader.readUrl(url);

      expect(await textOf(response.buffer)).to.equal('docs/b.md@refs/heads/main');
      expect(response.etag).to.equal('c1');
      await expect(reader.readUrl(url, { etag: 'c1' })).to.be.rejected.and.eventually.have.property(
        'name',
        'NotModifiedError',
      );
    });

    it('reads a tree', async () => {
      const tree = await reader.readTree(`${repository}/browse/refs/heads/main`);

      expect(await contentsOf(await tree.files())).to.deep.equal({
        'a.md': 'a.md@refs/heads/main',
        'docs/b.md': 'docs/b.md@refs/heads/main',
      });
    });

    it('refuses pages that are not files', async () => {
      await expect(
        reader.readUrl(`${repository}/files/edit/refs/heads/main/--/a`),
      ).to.be.rejectedWith('not the edit url');
      await expect(reader.readUrl(repository)).to.be.rejectedWith('Please provide full path');
    });
  });

  describe('Google Cloud Storage', () => {
    beforeEach(() => {
      const names = ['docs/a.md', 'docs/b/c.md', 'docs/../evil'];
      (globalThis as any).gcsBucket = (bucket: string, options: any) => {
        const file = (name: string) => ({
          name,
          metadata: { updated: '2026-01-01T00:00:00Z', size: '5' },
          createReadStream: () =>
            Readable.from([`${bucket}/${name} as ${options.credentials.client_email}`]),
        });
        return {
          file,
          getFiles: async ({ prefix }: any) => [
            names.filter(name => name.startsWith(prefix)).map(file),
          ],
        };
      };
    });
    const create = () => createReader({ googleGcs: { clientEmail: 'me', privateKey: 'k' } });
    const url = 'https://storage.cloud.google.com/bucket';

    it('reads files, trees and prefixes', async () => {
      const reader = create();

      expect(await textOf((await reader.readUrl(`${url}/x.md`)).buffer)).to.equal(
        'bucket/x.md as me',
      );
      const tree = await (await reader.readTree(`${url}/docs`)).files();
      expect(tree.map(({ path, lastModifiedAt }) => [path, lastModifiedAt])).to.deep.equal([
        ['a.md', new Date('2026-01-01T00:00:00Z')],
        ['b/c.md', new Date('2026-01-01T00:00:00Z')],
      ]);
      const { files } = await reader.search(`${url}/docs/b*`);
      expect(files.map(file => file.url)).to.deep.equal([`${url}/docs/b/c.md`]);
      expect(await textOf(files[0].content)).to.equal('bucket/docs/b/c.md as me');
    });

    it('refuses patterns that it cannot search for', async () => {
      await expect(create().search(`${url}/*/a.md`)).to.be.rejectedWith(
        'only supports prefix-based searches',
      );
      await expect(create().readTree(`${url}/*`)).to.be.rejectedWith(
        'does not support glob patterns',
      );
    });
  });

  describe('Azure Blob Storage', () => {
    const download = (content: string) => async () => ({
      readableStreamBody: Readable.from([content]),
      etag: 'e1',
      lastModified: new Date(7),
    });
    const container: any = {
      getBlobClient: (name: string) => ({
        download:
          name === 'none'
            ? () => Promise.reject(Object.assign(new Error('gone'), { statusCode: 404 }))
            : download(`content of ${name}`),
      }),
      async *listBlobsFlat() {
        for (const name of ['docs/a.md', 'docs/../evil']) {
          yield { name, properties: { contentLength: 5, lastModified: new Date(9) } };
        }
      },
    };
    const create = () =>
      new AzureBlobStorageUrlReader(
        {} as any,
        new AzureBlobStorageIntegration({ host: 'blob.core.windows.net', accountName: 'acme' }),
        {
          treeResponseFactory: DefaultReadTreeResponseFactory.create({
            config: new ConfigReader({}),
          }),
          createContainerClient: async name => (name === 'box' ? container : undefined),
        },
      );
    const url = 'https://acme.blob.core.windows.net/box';

    it('reads blobs and trees', async () => {
      const response = await create().readUrl(`${url}/docs/a.md`);
      expect(await textOf(response.buffer)).to.equal('content of docs/a.md');
      expect(response.etag).to.equal('e1');

      const tree = await create().readTree(`${url}/docs`);
      expect(await contentsOf(await tree.files())).to.deep.equal({
        'a.md': 'content of docs/a.md',
      });
    });

    it('finds nothing where there is nothing, and refuses paths that go up', async () => {
      expect(await create().search(`${url}/none`)).to.deep.equal({ files: [], etag: '' });
      await expect(create().readUrl(`${url}/../x`)).to.be.rejectedWith(
        'Invalid Azure Blob Storage URL format',
      );
      await expect(create().search(`${url}/*.md`)).to.be.rejectedWith(
        'Glob search pattern not implemented',
      );
    });
  });
});
