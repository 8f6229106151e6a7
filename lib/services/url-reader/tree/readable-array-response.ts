import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import {
  resolveSafeChildPath,
  type UrlReaderServiceReadTreeResponse,
  type UrlReaderServiceReadTreeResponseDirOptions,
  type UrlReaderServiceReadTreeResponseFile,
} from '../../../api';
import { packTree } from './pack-tree';
import type { FromReadableArrayOptions } from './read-tree-response-factory';
import { SingleUse } from './single-use';
import { fillFolder } from './temporary-folder';
import { TreeMeter, type TreeLimits } from './tree-limits';

/** A tree of files that are read one by one, as from object storage. */
export class ReadableArrayResponse implements UrlReaderServiceReadTreeResponse {
  readonly etag = '';
  readonly #files: FromReadableArrayOptions;
  readonly #workDir: string;
  readonly #meter: TreeMeter;
  readonly #once = new SingleUse();

  /** @throws InputError when there are too many files */
  constructor(
    files: FromReadableArrayOptions,
    { workDir, limits }: { workDir: string; limits: TreeLimits },
  ) {
    this.#files = files.filter(({ path }) => !path.endsWith('/'));
    this.#workDir = workDir;
    this.#meter = new TreeMeter(limits, 'tree');
    this.#files.forEach(() => this.#meter.count(0)); // their bytes when they are read
  }

  async files(): Promise<UrlReaderServiceReadTreeResponseFile[]> {
    this.#once.use();
    return this.#files.map(({ path, data, lastModifiedAt }) => {
      let content: Promise<Buffer> | undefined;
      return { path, content: () => (content ??= buffer(this.#measure(data))), lastModifiedAt };
    });
  }

  /** A tar archive. */
  async archive(): Promise<Readable> {
    return packTree(this.#workDir, options => this.dir(options));
  }

  async dir(options?: UrlReaderServiceReadTreeResponseDirOptions): Promise<string> {
    this.#once.use();
    return fillFolder(this.#workDir, options?.targetDir, async folder => {
      for (const { path, data } of this.#files) {
        const file = resolveSafeChildPath(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await pipeline(this.#measure(data), createWriteStream(file));
      }
    });
  }

  /** The content itself, since it may be more than the storage said. */
  async *#measure(content: Readable): AsyncIterable<Buffer> {
    for await (const piece of content) {
      this.#meter.countBytes(piece.length);
      yield piece;
    }
  }
}
