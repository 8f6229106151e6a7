import type { UrlReaderServiceReadTreeOptions } from '../../../api';
import { hasDotSegments, pathBelow } from '../object-path';
import { readLater, type Content } from '../read-later';
import type { FromReadableArrayOptions } from './read-tree-response-factory';
import { TreeMeter, type TreeLimits } from './tree-limits';

/** A file in storage. */
export interface ListedFile {
  /** Its path in the storage. */
  name: string;
  /** Bytes, where the storage says so. */
  size?: number;
  lastModifiedAt?: Date;
  /** Begins the download. */
  open(): Content | Promise<Content>;
}

/** The wanted files of a folder in storage, bounded while they are listed. */
export class TreeListing {
  readonly files: FromReadableArrayOptions = [];
  readonly #folder: string;
  readonly #options: UrlReaderServiceReadTreeOptions;
  readonly #meter: TreeMeter;

  /** @param limits - those of archives by default */
  constructor(folder: string, options: UrlReaderServiceReadTreeOptions = {}, limits?: TreeLimits) {
    this.#folder = folder;
    this.#options = options;
    this.#meter = new TreeMeter(limits, 'tree');
  }

  /**
   * Adds a file if it is wanted.
   *
   * @throws InputError when the tree has become too large, or the reason for which its reading was aborted
   */
  add({ name, size, lastModifiedAt, open }: ListedFile): void {
    const { filter, signal } = this.#options;
    signal?.throwIfAborted();
    const path = pathBelow(this.#folder, name);
    const info = size === undefined ? undefined : { size };
    if (hasDotSegments(name) || filter?.(path, info) === false) {
      return;
    }
    // What nobody wants is not loaded and does not count: storage may hold any amount of it.
    this.#meter.count(size ?? 0);
    this.files.push({ data: readLater(open, signal), path, lastModifiedAt });
  }
}
