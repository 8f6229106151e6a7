import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type * as Tar from 'tar';
import type { Parser, ReadEntry, Unpack } from 'tar';
import {
  isChildPath,
  type UrlReaderServiceReadTreeResponse,
  type UrlReaderServiceReadTreeResponseDirOptions,
  type UrlReaderServiceReadTreeResponseFile,
} from '../../../api';
import { feedTar } from './feed-tar';
import { packTree } from './pack-tree';
import { SingleUse } from './single-use';
import { fillFolder } from './temporary-folder';
import { TreeMeter, type TreeLimits } from './tree-limits';
import { checkSubpath, selectPath, type TreeSelection } from './tree-selection';

const FILES = new Set(['File', 'OldFile', 'ContiguousFile']);
/** System calls without which a file is missing; a wrong time or mode is none to fail for. */
const WRITING = new Set(['open', 'write', 'mkdir', 'symlink']);
const EXTRACTED = new Set([...FILES, 'Directory', 'SymbolicLink']);

/** A tree in a tar archive, packed with gzip or not. Links that lead out of the tree are left out. */
export class TarArchiveResponse implements UrlReaderServiceReadTreeResponse {
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
    this.#once.use();
    const tar = require('tar') as typeof Tar;
    const meter = new TreeMeter(this.#limits);
    const files: UrlReaderServiceReadTreeResponseFile[] = [];
    const contents: Promise<unknown>[] = [];
    const parser: Parser = new tar.Parser({
      onwarn: (code, _, data) => abortOnFailure(parser, code, data),
    });
    parser.on('entry', (entry: ReadEntry) => {
      const path = this.#select(entry, FILES, meter, parser);
      if (path === undefined) {
        entry.resume();
        return;
      }
      const content = buffer(entry as unknown as Readable);
      content.catch(() => {}); // reported by the parser
      contents.push(content);
      files.push({ path, content: () => content, lastModifiedAt: entry.mtime });
    });
    await feedTar(this.#stream, parser, this.#limits);
    await Promise.all(contents);
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
    this.#once.use();
    return fillFolder(this.#workDir, options?.targetDir, folder => this.#extract(folder));
  }

  async #extract(folder: string): Promise<void> {
    const tar = require('tar') as typeof Tar;
    const meter = new TreeMeter(this.#limits);
    const links: string[] = [];
    const filter = (_: string, entry: ReadEntry) => {
      const path = this.#select(entry, EXTRACTED, meter, unpack);
      if (path !== undefined && entry.type === 'SymbolicLink') {
        links.push(path);
      }
      return path !== undefined;
    };
    const unpack: Unpack = tar.extract({
      cwd: folder,
      strip: this.#depth(),
      filter: filter as (path: string) => boolean,
      onwarn: (code, _, data) => abortOnFailure(unpack, code, data),
      preserveOwner: false,
    });
    try {
      await feedTar(this.#stream, unpack, this.#limits);
    } finally {
      await Promise.all(links.map(link => removeIfOutside(folder, join(folder, link))));
    }
  }

  /** The path in the tree of an entry that is wanted. A filter that throws ends the reading. */
  #select(
    entry: ReadEntry,
    types: Set<string>,
    meter: TreeMeter,
    parser: Parser,
  ): string | undefined {
    try {
      meter.count(entry.size);
      return types.has(entry.type)
        ? selectPath(this.#selection, entry.path, entry.size)
        : undefined;
    } catch (error) {
      parser.abort(error as Error);
      return undefined;
    }
  }

  /** How many folders of the archive are above the tree. */
  #depth(): number {
    const { subpath, stripFirstDirectory } = this.#selection;
    const below = subpath ? subpath.replace(/\/+$/, '').split('/').length : 0;
    return below + (stripFirstDirectory ? 1 : 0);
  }
}

/**
 * Ends the reading of an archive that is cut off or is none, and of one that cannot be written: by
 * default that is a warning, and the part that came out is taken for the whole.
 */
function abortOnFailure(parser: Parser, code: string, data: unknown): void {
  if (code === 'TAR_BAD_ARCHIVE') {
    parser.abort(new Error('The archive is damaged or incomplete', { cause: data }));
  } else if (
    code === 'TAR_ENTRY_ERROR' &&
    WRITING.has((data as NodeJS.ErrnoException).syscall ?? '')
  ) {
    parser.abort(data as Error);
  }
}

/** Removes a link that leads out of a folder, or nowhere, which could be made to lead out later. */
async function removeIfOutside(folder: string, link: string): Promise<void> {
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined || !isChildPath(folder, target)) {
    await rm(link, { force: true });
  }
}
