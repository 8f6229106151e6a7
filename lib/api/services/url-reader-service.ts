import type { Readable } from 'node:stream';

/** Options of {@link UrlReaderService.readUrl}. */
export type UrlReaderServiceReadUrlOptions = {
  /** Of the last read: when nothing has changed, NotModifiedError is thrown. */
  etag?: string;
  lastModifiedAfter?: Date;
  signal?: AbortSignal;
  /** Used instead of the token of the integration. */
  token?: string;
};

/** Answer of {@link UrlReaderService.readUrl}. */
export type UrlReaderServiceReadUrlResponse = {
  buffer(): Promise<Buffer>;
  stream?(): Readable;
  etag?: string;
  lastModifiedAt?: Date;
};

/** Options of {@link UrlReaderService.readTree}. */
export type UrlReaderServiceReadTreeOptions = {
  filter?(path: string, info?: { size: number }): boolean;
  etag?: string;
  signal?: AbortSignal;
  token?: string;
};

/** Options of {@link UrlReaderServiceReadTreeResponse.dir}. */
export type UrlReaderServiceReadTreeResponseDirOptions = {
  targetDir?: string;
};

/** Answer of {@link UrlReaderService.readTree}. */
export type UrlReaderServiceReadTreeResponse = {
  files(): Promise<UrlReaderServiceReadTreeResponseFile[]>;
  archive(): Promise<NodeJS.ReadableStream>;
  dir(options?: UrlReaderServiceReadTreeResponseDirOptions): Promise<string>;
  etag: string;
};

/** A file of a tree. */
export type UrlReaderServiceReadTreeResponseFile = {
  path: string;
  content(): Promise<Buffer>;
  lastModifiedAt?: Date;
};

/** Options of {@link UrlReaderService.search}. */
export type UrlReaderServiceSearchOptions = {
  etag?: string;
  signal?: AbortSignal;
  token?: string;
};

/** Answer of {@link UrlReaderService.search}. */
export type UrlReaderServiceSearchResponse = {
  files: UrlReaderServiceSearchResponseFile[];
  etag: string;
};

/** A file that a search found. */
export type UrlReaderServiceSearchResponseFile = {
  url: string;
  content(): Promise<Buffer>;
  lastModifiedAt?: Date;
};

/** Reads files and trees of source code hosts and other servers. */
export interface UrlReaderService {
  readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse>;
  readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse>;
  search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse>;
}
