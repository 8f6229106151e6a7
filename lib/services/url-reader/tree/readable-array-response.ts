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

/** A tree of files that are read one by one, as from object storage. */
export class ReadableArrayResponse implements UrlReaderServiceReadTreeResponse {
  readonly etag = '';
  readonly #files: FromReadableArrayOptions;
  readonly #workDir: string;
  readonly #once = new SingleUse();

  constructor(files: FromReadableArrayOptions, workDir: string) {
    this.#files = files.filter(({ path }) => !path.endsWith('/'));
    this.#workDir = workDir;
  }

  async files(): Promise<UrlReaderServiceReadTreeResponseFile[]> {
    this.#once.use();
    return this.#files.map(({ path, data, lastModifiedAt }) => {
      let content: Promise<Buffer> | undefined;
      return { path, content: () => (content ??= buffer(data)), lastModifiedAt };
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
        await pipeline(data, createWriteStream(file));
      }
    });
  }
}
