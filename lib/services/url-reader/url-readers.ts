import type { LoggerService, RootConfigService, UrlReaderService } from '../../api';
import { FetchUrlReader } from './fetch-url-reader';
import { FileSizeLimit } from './file-size-limit';
import { integrationReaderFactories } from './integration-reader-factories';
import type { ReaderFactory } from './reader-factory';
import { DefaultReadTreeResponseFactory } from './tree/default-read-tree-response-factory';
import { UrlReaderMux } from './url-reader-mux';

/** Options of {@link UrlReaders.create} and {@link UrlReaders.default}. */
export type UrlReadersOptions = {
  config: RootConfigService;
  /** Used by all readers. */
  logger: LoggerService;
  /** Make the readers; the first reader that takes a URL reads it. */
  factories?: ReaderFactory[];
};

/** Makes URL readers outside of the service. */
export class UrlReaders {
  /** A reader of what your factories make. */
  static create(options: UrlReadersOptions): UrlReaderService {
    return new UrlReaderMux({
      readers: createReaders(options),
      limit: FileSizeLimit.fromConfig(options.config),
    });
  }

  /** A reader of what your factories make, then of all integrations, then of `backend.reading.allow`. */
  static default(options: UrlReadersOptions): UrlReaderService {
    const fetchReaders = createReaders({ ...options, factories: [FetchUrlReader.factory] });
    return new UrlReaderMux({
      readers: createReaders(options),
      createMore: () => [
        ...createReaders({ ...options, factories: integrationReaderFactories }),
        ...fetchReaders,
      ],
      limit: FileSizeLimit.fromConfig(options.config),
    });
  }
}

function createReaders({ config, logger, factories = [] }: UrlReadersOptions) {
  const treeResponseFactory = DefaultReadTreeResponseFactory.create({ config });
  return factories.flatMap(factory => factory({ config, logger, treeResponseFactory }));
}
