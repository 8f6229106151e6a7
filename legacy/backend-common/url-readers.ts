import type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../lib/api';
import { urlReaderToLegacy, type LegacyUrlReader } from '../../adapters';
import { UrlReaders as NewUrlReaders, type UrlReadersOptions } from '../../lib/services/url-reader';

export {
  AwsS3UrlReader,
  AzureUrlReader,
  BitbucketCloudUrlReader,
  BitbucketServerUrlReader,
  FetchUrlReader,
  GerritUrlReader,
  GiteaUrlReader,
  GithubUrlReader,
  GitlabUrlReader,
  HarnessUrlReader,
  type ReaderFactory,
} from '../../lib/services/url-reader';
export type { UrlReadersOptions };

/** @deprecated Use `UrlReaderServiceReadTreeOptions`. */
export type ReadTreeOptions = UrlReaderServiceReadTreeOptions;
/** @deprecated Use `UrlReaderServiceReadTreeResponse`. */
export type ReadTreeResponse = UrlReaderServiceReadTreeResponse;
/** @deprecated Use `UrlReaderServiceReadUrlOptions`. */
export type ReadUrlOptions = UrlReaderServiceReadUrlOptions;
/** @deprecated Use `UrlReaderServiceReadUrlResponse`. */
export type ReadUrlResponse = UrlReaderServiceReadUrlResponse;
/** @deprecated Use `UrlReaderServiceSearchOptions`. */
export type SearchOptions = UrlReaderServiceSearchOptions;
/** @deprecated Use `UrlReaderServiceSearchResponse`. */
export type SearchResponse = UrlReaderServiceSearchResponse;

/** @deprecated Use `coreServices.urlReader`, or `UrlReaders` of backstage-forklift/services. */
export class UrlReaders {
  /** A reader of what your factories make. */
  static create(options: UrlReadersOptions): LegacyUrlReader {
    return withName(NewUrlReaders.create(options));
  }

  /** A reader of what your factories make, then of all integrations. */
  static default(options: UrlReadersOptions): LegacyUrlReader {
    return withName(NewUrlReaders.default(options));
  }
}

/** Old backends log their reader. */
function withName(reader: UrlReaderService): LegacyUrlReader {
  return Object.assign(urlReaderToLegacy(reader), { toString: () => String(reader) });
}
