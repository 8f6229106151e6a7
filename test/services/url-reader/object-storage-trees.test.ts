import { Readable } from 'node:stream';
import { ConfigReader } from '@backstage/config';
import { AzureBlobStorageIntegration } from '@backstage/integration';
import { createMockDirectory } from 'backstage-forklift/testing';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { AzureBlobStorageUrlReader, UrlReaders } from '../../../lib/services';
import type { ReaderFactory } from '../../../lib/services/url-reader';
import { readTreeLimits } from '../../../lib/services/url-reader/tree/tree-limits';
import { recordingLogger } from '../recording-logger';
import { storageSdks } from './storage-sdks';

use(chaiAsPromised);

interface StoredFile {
  name: string;
  size: number;
  content: () => Readable;
}

/** What is stored, one file on each page of the list. */
let stored: StoredFile[];
/** How many pages of the list were asked for. */
let pages: number;
/** The page that is never answered, and what happens when it is asked for. */
let silent: { page: number; onAsked: () => void } | undefined;

/** A page of the list. An SDK that is given a signal ends its request with an AbortError. */
async function pageOf(index: number, signal?: AbortSignal): Promise<StoredFile | undefined> {
  pages += 1;
  if (silent?.page === index) {
    const { onAsked } = silent;
    await new Promise((_, reject) => {
      signal?.addEventListener('abort', () =>
        reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })),
      );
      setImmediate(onAsked);
    });
  }
  return stored[index];
}

const contentOf = (name: string) => stored.find(file => file.name === name)!.content();

const s3Answers: Record<string, (input: any, signal?: AbortSignal) => Promise<unknown>> = {
  async ListObjectsV2Command({ ContinuationToken = '0' }, signal) {
    const index = Number(ContinuationToken);
    const file = await pageOf(index, signal);
    return {
      Contents: file && [{ Key: file.name, Size: file.size }],
      NextContinuationToken: index + 1 < stored.length ? String(index + 1) : undefined,
    };
  },
  GetObjectCommand: async ({ Key }) => ({ Body: contentOf(Key) }),
  // Each folder holds one file, and the next folder.
  async GetFolderCommand({ folderPath }, signal) {
    const index = Number(/\d+$/.exec(folderPath) ?? 0);
    const file = await pageOf(index, signal);
    return {
      files: file && [{ absolutePath: file.name }],
      subFolders: index + 1 < stored.length ? [{ absolutePath: `folder${index + 1}` }] : [],
    };
  },
  GetFileCommand: async ({ filePath }) => ({
    fileContent: Buffer.concat(await contentOf(filePath).toArray()),
  }),
};

const gcsFile = ({ name, size }: StoredFile) => ({
  name,
  metadata: { size: String(size) },
  createReadStream: () => contentOf(name),
});

const sdks = {
  awsAnswer: (command: string, input: object, _: unknown, signal?: AbortSignal) =>
    s3Answers[command](input, signal),
  gcsBucket: () => ({
    async getFiles({ pageToken = 0, autoPaginate }: { pageToken?: number; autoPaginate: boolean }) {
      expect(autoPaginate).to.equal(false);
      const file = await pageOf(pageToken);
      const more = pageToken + 1 < stored.length;
      return [[gcsFile(file!)], more ? { pageToken: pageToken + 1, autoPaginate } : null];
    },
  }),
};

const azureContainer = {
  getBlobClient: (name: string) => ({
    download: async () => ({ readableStreamBody: contentOf(name) }),
  }),
  async *listBlobsFlat({ abortSignal }: { abortSignal?: AbortSignal }) {
    for (let i = 0; i < stored.length; i += 1) {
      const { name, size } = (await pageOf(i, abortSignal))!;
      yield { name, properties: { contentLength: size } };
    }
  },
};

const keys = { accessKeyId: 'id', secretAccessKey: 'key' };
const storages = [
  {
    name: 'Amazon S3',
    integrations: { awsS3: [keys] },
    url: 'https://bucket.s3.eu-west-1.amazonaws.com/',
    knowsSizes: true,
    streams: true,
  },
  {
    name: 'Google Cloud Storage',
    integrations: { googleGcs: { clientEmail: 'me', privateKey: 'k' } },
    url: 'https://storage.cloud.google.com/bucket/',
    knowsSizes: true,
    streams: true,
  },
  {
    name: 'Azure Blob Storage',
    integrations: {},
    // Its SDK is among our packages, so that none can stand for it.
    factory: (({ config, treeResponseFactory }) => {
      const integration = new AzureBlobStorageIntegration({
        host: 'blob.core.windows.net',
        accountName: 'acme',
      });
      const reader = new AzureBlobStorageUrlReader({} as any, integration, {
        treeResponseFactory,
        limits: readTreeLimits(config),
        createContainerClient: async () => azureContainer,
      });
      return [{ reader, predicate: () => true }];
    }) as ReaderFactory,
    url: 'https://acme.blob.core.windows.net/box',
    knowsSizes: true,
    streams: true,
  },
  {
    name: 'AWS CodeCommit',
    integrations: { awsCodeCommit: [{ region: 'eu-west-1', ...keys }] },
    url: 'https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/portal/browse/refs/heads/main',
    knowsSizes: false,
    streams: false,
  },
];

for (const { name, integrations, factory, url, knowsSizes, streams } of storages) {
  describe(`A tree of ${name}`, () => {
    const folder = createMockDirectory();
    const workingFolder = process.cwd();

    before(() => {
      folder.setContent(storageSdks);
      process.chdir(folder.path);
      Object.assign(globalThis, sdks);
    });

    beforeEach(() => {
      pages = 0;
      silent = undefined;
      stored = ['a.md', 'b.md', 'c.md', 'd.md'].map(file => ({
        name: file,
        size: 5,
        content: () => Readable.from([Buffer.from('12345')]),
      }));
    });

    after(() => {
      process.chdir(workingFolder);
      for (const key of Object.keys(sdks)) delete (globalThis as any)[key];
    });

    const createReader = (limits: { maxEntries?: number; maxBytes?: number } = {}) =>
      UrlReaders.default({
        config: new ConfigReader({ integrations, backend: { reading: { limits } } } as any),
        logger: recordingLogger(),
        factories: factory && [factory],
      });

    it('is read within the limits', async () => {
      const tree = await createReader({ maxEntries: 4, maxBytes: 20 }).readTree(url);
      const files = await tree.files();
      expect(files.map(({ path }) => path)).to.deep.equal(['a.md', 'b.md', 'c.md', 'd.md']);
      for (const file of files) expect(String(await file.content())).to.equal('12345');
    });

    it('is refused when it has more files than allowed, before all are listed', async () => {
      const reading = createReader({ maxEntries: 2 }).readTree(url);
      await expect(reading)
        .to.be.rejectedWith(
          /^The tree has more than 2 entries; the limit can be raised with backend\.reading\.limits\.maxEntries$/,
        )
        .and.eventually.have.property('name', 'InputError');
      expect(pages).to.equal(3);
    });

    it('may be part of one that is larger', async () => {
      const tree = await createReader({ maxEntries: 1, maxBytes: 5 }).readTree(url, {
        filter: path => path === 'c.md',
      });
      expect((await tree.files()).map(({ path }) => path)).to.deep.equal(['c.md']);
    });

    it('is refused when it has more bytes than allowed', async () => {
      // Also where the list says less, or nothing.
      for (const size of knowsSizes ? [5, 0] : [0]) {
        for (const file of stored) file.size = size;
        const read = async (use: 'files' | 'dir') => {
          const tree = await createReader({ maxBytes: 12 }).readTree(url);
          if (use === 'dir') return tree.dir();
          const files = await tree.files();
          return Promise.all(files.map(file => file.content()));
        };
        for (const use of ['files', 'dir'] as const) {
          await expect(read(use))
            .to.be.rejectedWith(
              /^The tree has more than 12 bytes; the limit can be raised with backend\.reading\.limits\.maxBytes$/,
            )
            .and.eventually.have.property('name', 'InputError');
        }
      }
    });

    it('is given up while it is listed, when it is aborted', async () => {
      const controller = new AbortController();
      silent = { page: 1, onAsked: () => controller.abort() };
      const reading = createReader().readTree(url, { signal: controller.signal });
      await expect(reading).to.be.rejected.and.eventually.have.property('name', 'AbortError');
      expect(pages).to.equal(2);
    });

    it('is not even listed when it was aborted before', async () => {
      const reading = createReader().readTree(url, { signal: AbortSignal.abort() });
      await expect(reading).to.be.rejected.and.eventually.have.property('name', 'AbortError');
      expect(pages).to.be.at.most(1);
    });

    if (!streams) return;

    it('is given up while its files are read, when it is aborted', async () => {
      for (const use of ['files', 'dir'] as const) {
        const controller = new AbortController();
        const endless = new Readable({
          read() {
            setImmediate(() => controller.abort());
          },
        });
        stored[1].content = () => endless;
        const tree = await createReader().readTree(url, { signal: controller.signal });
        const reading =
          use === 'dir'
            ? tree.dir()
            : tree.files().then(files => Promise.all(files.map(file => file.content())));
        await expect(reading).to.be.rejected.and.eventually.have.property('name', 'AbortError');
        expect(endless.destroyed).to.equal(true);
      }
    });
  });
}
