import type { Readable } from 'node:stream';
import type { UrlReaderServiceReadTreeResponse } from '../../../api';

/** Says which files of a tree are wanted, by their path in the tree. */
export type TreeFilter = (path: string, info?: { size: number }) => boolean;

/** Options of the responses that are made from an archive. */
export type ReadTreeResponseFactoryOptions =
  | {
      stream: Readable;
      /** The folder of the tree to read, without the first folder of the archive; the whole tree by default. */
      subpath?: string;
      etag: string;
      filter?: TreeFilter;
    }
  | {
      /** The answer of a `fetch`. */
      response: Response;
      /** The folder of the tree to read, without the first folder of the archive; the whole tree by default. */
      subpath?: string;
      /** Used instead of the `ETag` header of the answer. */
      etag?: string;
      filter?: TreeFilter;
    };

/** The files of a tree that is read file by file. */
export type FromReadableArrayOptions = Array<{
  /** The content. */
  data: Readable;
  /** The path in the tree. */
  path: string;
  lastModifiedAt?: Date;
}>;

/** Makes the answers of readTree, for URL readers. */
export interface ReadTreeResponseFactory {
  /** @param options.stripFirstDirectory - whether the files are in a folder of the archive, as in those of git hosts; true by default */
  fromTarArchive(
    options: ReadTreeResponseFactoryOptions & { stripFirstDirectory?: boolean },
  ): Promise<UrlReaderServiceReadTreeResponse>;
  fromZipArchive(
    options: ReadTreeResponseFactoryOptions,
  ): Promise<UrlReaderServiceReadTreeResponse>;
  fromReadableArray(options: FromReadableArrayOptions): Promise<UrlReaderServiceReadTreeResponse>;
}
