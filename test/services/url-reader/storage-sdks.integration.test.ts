import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ConfigReader } from '@backstage/config';
import { AzureBlobStorageIntegration } from '@backstage/integration';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import type { UrlReaderService } from 'backstage-forklift';
import { AzureBlobStorageUrlReader, UrlReaders } from 'backstage-forklift/services';
import { eventually } from '../eventually';
import { DefaultReadTreeResponseFactory } from '../../../lib/services/url-reader/tree/default-read-tree-response-factory';
import { startServer, type LocalServer } from './local-server';

use(chaiAsPromised);

const INTEROP = join(__dirname, '../../interop');
const logger: any = { info() {}, warn() {}, error() {}, debug() {}, child: () => logger };
const DATE = 'Wed, 21 Oct 2026 07:28:00 GMT';
/** What is stored. The second name has what is escaped in URLs. */
const stored: Record<string, string> = { 'docs/a.md': '# a', 'docs/deep/b c.md': '# b' };

/** What a service for storage answers by HTTP, as its API documents it. */
interface Storage {
  name: string;
  environment?: (server: LocalServer) => Record<string, string>;
  reader: (server: LocalServer) => UrlReaderService;
  /** The page of a file or a folder. */
  url: (server: LocalServer, path: string) => string;
  answer: (
    request: IncomingMessage & { body: string },
    response: ServerResponse,
    send: (name: string) => void,
  ) => void;
  /** Whether files have etags of their own. */
  etag?: string;
  isSigned: (headers: IncomingMessage['headers']) => boolean;
  /** Whether a file comes in one piece with what is known of it. */
  inOnePiece?: true;
}

const readerOf = (integrations: object) =>
  UrlReaders.default({ config: new ConfigReader({ integrations } as any), logger });
const names = Object.keys(stored);

const storages: Storage[] = [
  {
    name: 'Amazon S3',
    reader: ({ url }) =>
      readerOf({
        awsS3: [
          { endpoint: url, s3ForcePathStyle: true, accessKeyId: 'id', secretAccessKey: 'key' },
        ],
      }),
    url: ({ url }, path) => `${url}/bucket/${path}`,
    etag: '"v1"',
    isSigned: ({ authorization = '' }) =>
      authorization.startsWith('AWS4-HMAC-SHA256 Credential=id'),
    answer(request, response, send) {
      const { pathname, searchParams } = new URL(request.url!, 'http://s3');
      if (searchParams.get('list-type') === '2') {
        const second = searchParams.get('continuation-token') === 'next';
        response.setHeader('content-type', 'application/xml').end(`<?xml version="1.0"?>
          <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>
          <Prefix>${searchParams.get('prefix')}</Prefix><IsTruncated>${!second}</IsTruncated>
          ${second ? '' : '<NextContinuationToken>next</NextContinuationToken>'}
          <Contents><Key>${names[second ? 1 : 0]}</Key><Size>3</Size>
          <LastModified>2026-10-21T07:28:00.000Z</LastModified></Contents></ListBucketResult>`);
        return;
      }
      const name = decodeURIComponent(pathname).replace('/bucket/', '');
      if (request.headers['if-none-match'] === '"v1"') {
        response.writeHead(304).end();
      } else if (stored[name] === undefined) {
        response
          .writeHead(404, { 'content-type': 'application/xml' })
          .end('<Error><Code>NoSuchKey</Code><Message>none</Message></Error>');
      } else {
        response.setHeader('etag', '"v1"').setHeader('last-modified', DATE);
        send(name);
      }
    },
  },
  {
    name: 'AWS CodeCommit',
    environment: ({ url }) => ({ AWS_ENDPOINT_URL_CODECOMMIT: url }),
    reader: () =>
      readerOf({
        awsCodeCommit: [{ region: 'eu-west-1', accessKeyId: 'id', secretAccessKey: 'key' }],
      }),
    url: (_, path) =>
      `https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/portal/browse/refs/heads/main/--/${path}`,
    etag: 'c1',
    inOnePiece: true,
    isSigned: ({ authorization = '' }) =>
      /Credential=id\/\d+\/eu-west-1\/codecommit/.test(authorization),
    answer(request, response) {
      const input = JSON.parse(request.body);
      expect(input).to.include({ repositoryName: 'portal', commitSpecifier: 'refs/heads/main' });
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      const { filePath, folderPath } = input;
      if (request.headers['x-amz-target'] === 'CodeCommit_20150413.GetFolder') {
        response.end(
          JSON.stringify({
            commitId: 'c1',
            folderPath,
            files: names
              .filter(name => name.slice(0, name.lastIndexOf('/')) === folderPath)
              .map(absolutePath => ({ absolutePath })),
            subFolders: folderPath === 'docs' ? [{ absolutePath: 'docs/deep' }] : [],
          }),
        );
      } else if (stored[filePath] === undefined) {
        response
          .writeHead(400, { 'x-amzn-errortype': 'FileDoesNotExistException' })
          .end('{"message":"none"}');
      } else {
        const fileContent = Buffer.from(stored[filePath]).toString('base64');
        response.end(JSON.stringify({ commitId: 'c1', filePath, fileSize: 3, fileContent }));
      }
    },
  },
  {
    name: 'Google Cloud Storage',
    environment: ({ url }) => ({ STORAGE_EMULATOR_HOST: url }),
    reader: () => readerOf({ googleGcs: {} }),
    url: (_, path) => `https://storage.cloud.google.com/bucket/${path}`,
    isSigned: () => true, // an emulator is not signed in at
    answer(request, response, send) {
      const { pathname, searchParams } = new URL(request.url!, 'http://gcs');
      const object = /\/b\/bucket\/o\/(.+)$/.exec(pathname)?.[1];
      if (object === undefined) {
        const second = searchParams.get('pageToken') === 'next';
        response.setHeader('content-type', 'application/json').end(
          JSON.stringify({
            ...(!second && { nextPageToken: 'next' }),
            items: [{ name: names[second ? 1 : 0], bucket: 'bucket', size: '3', updated: DATE }],
          }),
        );
      } else if (stored[decodeURIComponent(object)] === undefined) {
        response.writeHead(404).end('No such object');
      } else {
        send(decodeURIComponent(object));
      }
    },
  },
  {
    name: 'Azure Blob Storage',
    reader: ({ url }) => {
      const { ContainerClient, StorageSharedKeyCredential } = createRequire(
        join(__dirname, 'x.js'),
      )('@azure/storage-blob');
      const key = new StorageSharedKeyCredential('account', 'a2V5');
      return new AzureBlobStorageUrlReader(
        {} as any,
        new AzureBlobStorageIntegration({ host: 'blob.test', accountName: 'account' }),
        {
          treeResponseFactory: DefaultReadTreeResponseFactory.create({
            config: new ConfigReader({}),
          }),
          createContainerClient: async container =>
            new ContainerClient(`${url}/${container}`, key, { retryOptions: { maxTries: 1 } }),
        },
      );
    },
    url: (_, path) => `https://account.blob.test/container/${path}`,
    etag: '"v1"',
    isSigned: ({ authorization = '' }) => authorization.startsWith('SharedKey account:'),
    answer(request, response, send) {
      const { pathname, searchParams } = new URL(request.url!, 'http://azure');
      if (searchParams.get('comp') === 'list') {
        const second = searchParams.get('marker') === 'next';
        response.setHeader('content-type', 'application/xml').end(`<?xml version="1.0"?>
          <EnumerationResults ContainerName="container"><Blobs><Blob>
          <Name>${names[second ? 1 : 0]}</Name><Properties><Content-Length>3</Content-Length>
          <Last-Modified>${DATE}</Last-Modified><Etag>"v1"</Etag></Properties></Blob></Blobs>
          <NextMarker>${second ? '' : 'next'}</NextMarker></EnumerationResults>`);
        return;
      }
      const name = decodeURIComponent(pathname).replace('/container/', '');
      if (request.headers['if-none-match'] === '"v1"') {
        response.writeHead(304, { 'x-ms-error-code': 'ConditionNotMet' }).end();
      } else if (stored[name] === undefined) {
        response.writeHead(404, { 'x-ms-error-code': 'BlobNotFound' }).end();
      } else {
        response.setHeader('etag', '"v1"').setHeader('last-modified', DATE);
        response.setHeader('content-length', stored[name].length);
        send(name);
      }
    },
  },
];

for (const storage of storages) {
  describe(`The URL reader with the SDK of ${storage.name}`, () => {
    const workingFolder = process.cwd();
    let environment: NodeJS.ProcessEnv;
    let server: LocalServer;
    let reader: UrlReaderService;
    /** Answers whose rest does not come. */
    let cut: ServerResponse[] | undefined;

    // SDKs that are no dependencies are looked for where the backend runs.
    before(() => process.chdir(INTEROP));

    after(() => process.chdir(workingFolder));

    beforeEach(async () => {
      cut = undefined;
      server = await startServer(async (req, res) => {
        const request = Object.assign(req, { body: await text(req) });
        storage.answer(request, res, name => {
          if (!cut) return res.end(stored[name]);
          cut.push(res);
          return res.write(stored[name].slice(0, 1));
        });
      });
      environment = process.env;
      process.env = { ...environment, ...storage.environment?.(server) };
      reader = storage.reader(server);
    });

    afterEach(async () => {
      process.env = environment;
      await server.close();
    });

    const read = (path: string, options?: object) =>
      reader.readUrl(storage.url(server, path), options);

    it('reads a file, signed in', async () => {
      const response = await read('docs/deep/b%20c.md');
      expect((await response.buffer()).toString()).to.equal('# b');
      expect(response.etag).to.equal(storage.etag);
      expect(server.requests.filter(({ headers }) => !storage.isSigned(headers))).to.have.length(0);
    });

    if (storage.etag) {
      it('knows when a file has not changed', async () => {
        await expect(
          read('docs/a.md', { etag: storage.etag }),
        ).to.be.rejected.and.eventually.have.property('name', 'NotModifiedError');
      });
    }

    it('says that there is no such file', async () => {
      await expect(read('none.md').then(response => response.buffer())).to.be.rejected;
      if (storage.etag) {
        await expect(read('none.md')).to.be.rejected.and.eventually.have.property(
          'name',
          'NotFoundError',
        );
      }
    });

    it('reads all pages of a folder', async () => {
      const tree = await reader.readTree(storage.url(server, 'docs'));
      const files = await tree.files();
      const contents = await Promise.all(
        files.map(async ({ path, content }) => [path, String(await content())]),
      );
      expect(Object.fromEntries(contents)).to.deep.equal({ 'a.md': '# a', 'deep/b c.md': '# b' });
    });

    if (!storage.inOnePiece) {
      it('gives up a file when that is aborted while it comes', async () => {
        cut = [];
        const controller = new AbortController();
        const response = await read('docs/a.md', { signal: controller.signal });
        const content = expect(response.buffer()).to.be.rejected.and.eventually.have.property(
          'name',
          'AbortError',
        );
        await eventually(() => expect(cut).to.have.length(1));
        controller.abort();
        await content;
        await eventually(() => expect(cut![0].destroyed).to.equal(true));
      });

      it('gives up a file when that is aborted before anybody reads it', async () => {
        cut = [];
        const controller = new AbortController();
        const response = await read('docs/a.md', { signal: controller.signal });
        controller.abort();
        await expect(response.buffer()).to.be.rejected.and.eventually.have.property(
          'name',
          'AbortError',
        );
        await eventually(() => expect(cut!.every(({ destroyed }) => destroyed)).to.equal(true));
      });
    }
  });
}
