import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type * as Yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import {
  resolveSafeChildPath,
  type UrlReaderServiceReadTreeResponse,
  type UrlReaderServiceReadTreeResponseDirOptions,
  type UrlReaderServiceReadTreeResponseFile,
} from '../../../api';
import { packTree } from './pack-tree';
import { SingleUse } from './single-use';
import { fillFolder, withTemporaryFolder } from './temporary-folder';
import { checkSize, TreeMeter, type TreeLimits } from './tree-limits';
import { checkSubpath, selectPath, type TreeSelection } from './tree-selection';

/** Takes a file of an archive: its path in the tree, its entry and its content. */
type FileVisitor = (path: string, entry: Entry, content: Readable) => Promise<unknown>;

/** A tree in a zip archive. Links are taken as files that contain where they lead. */
export class ZipArchiveResponse implements UrlReaderServiceReadTreeResponse {
  readonly etag: string;
  readonly #stream: Readable;
  readonly #selection: TreeSelection;
  readonly #limits: TreeLimits;
  readonly #workDir: string;
  readonly #once = new SingleUse();

  constructor(
    stream: Readable,
    options: { etag: string; workDir: string; limits: TreeLimits } & TreeSelection,
  ) {
    this.etag = options.etag;
    this.#stream = stream;
    this.#selection = { ...options, subpath: checkSubpath(options.subpath) };
    this.#limits = options.limits;
    this.#workDir = options.workDir;
  }

  async files(): Promise<UrlReaderServiceReadTreeResponseFile[]> {
    const files: UrlReaderServiceReadTreeResponseFile[] = [];
    await this.#forEachFile(async (path, entry, stream) => {
      const content = await buffer(stream);
      files.push({ path, content: async () => content, lastModifiedAt: entry.getLastModDate() });
    });
    return files;
  }

  /** The archive as it came; with a subpath, a tar archive of that folder. */
  async archive(): Promise<Readable> {
    if (this.#selection.subpath) {
      return packTree(this.#workDir, options => this.dir(options));
    }
    this.#once.use();
    return this.#stream;
  }

  async dir(options?: UrlReaderServiceReadTreeResponseDirOptions): Promise<string> {
    return fillFolder(this.#workDir, options?.targetDir, folder =>
      this.#forEachFile(async (path, _, stream) => {
        const file = resolveSafeChildPath(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await pipeline(stream, createWriteStream(file));
      }),
    );
  }

  /** A zip archive has its table of contents at the end: it is put into a file first. */
  async #forEachFile(visit: FileVisitor): Promise<void> {
    this.#once.use();
    await withTemporaryFolder(this.#workDir, async folder => {
      const path = join(folder, 'archive.zip');
      const download = (pieces: AsyncIterable<Buffer>) => checkSize(this.#limits.maxBytes, pieces);
      await pipeline(this.#stream, download, createWriteStream(path));
      const zip = await openZip(path);
      try {
        await this.#readEntries(zip, visit);
      } finally {
        zip.close();
      }
    });
  }

  async #readEntries(zip: ZipFile, visit: FileVisitor): Promise<void> {
    const meter = new TreeMeter(this.#limits);
    for (let entry = await nextEntry(zip); entry; entry = await nextEntry(zip)) {
      meter.count(entry.uncompressedSize);
      if (entry.fileName.endsWith('/')) {
        continue;
      }
      const path = selectPath(this.#selection, entry.fileName, entry.uncompressedSize);
      if (path !== undefined) {
        await visit(path, entry, await openEntry(zip, entry));
      }
    }
  }
}

function openZip(path: string): Promise<ZipFile> {
  const { open } = require('yauzl') as typeof Yauzl;
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(unreadable(error)) : resolve(zip),
    );
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    zip.removeAllListeners();
    zip.once('entry', resolve);
    zip.once('end', () => resolve(undefined));
    zip.once('error', error => reject(unreadable(error)));
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(unreadable(error));
      // It may fail before anybody reads it, who then learns of that.
      stream.on('error', () => {});
      resolve(stream);
    });
  });
}

function unreadable(error: Error): Error {
  return new Error(`The archive cannot be read, ${error.message}`, { cause: error });
}
