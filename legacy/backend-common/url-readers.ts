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
  /** @deprecated Import it from backstage-forklift/services. */
  AwsS3UrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  AzureUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  BitbucketCloudUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  BitbucketServerUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  FetchUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  GerritUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  GiteaUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  GithubUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  GitlabUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  HarnessUrlReader,
  /** @deprecated Import it from backstage-forklift/services. */
  type ReaderFactory,
} from '../../lib/services/url-reader';
export type {
  /** @deprecated Import it from backstage-forklift/services. */
  UrlReadersOptions,
};

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
