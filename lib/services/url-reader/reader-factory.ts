import type { LoggerService, RootConfigService, UrlReaderService } from '../../api';
import type { ReadTreeResponseFactory } from './tree/read-tree-response-factory';

/** A reader, and the URLs that it reads. */
export type UrlReaderPredicateTuple = {
  predicate: (url: URL) => boolean;
  reader: UrlReaderService;
};

/** Makes readers as the configuration asks for them. */
export type ReaderFactory = (options: {
  config: RootConfigService;
  logger: LoggerService;
  treeResponseFactory: ReadTreeResponseFactory;
}) => UrlReaderPredicateTuple[];
