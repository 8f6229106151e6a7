import { coreServices, createServiceFactory, createServiceRef } from '../../api';
import type { ReaderFactory } from './reader-factory';
import { UrlReaders } from './url-readers';

/** Further readers for the URL reader of a plugin: they are asked before those that it has. */
export const urlReaderFactoriesServiceRef = createServiceRef<ReaderFactory>({
  id: 'core.urlReader.factories',
  scope: 'plugin',
  multiton: true,
});

/** Reads files and trees of the hosts under `integrations` and of those in `backend.reading.allow`. */
export const urlReaderServiceFactory = createServiceFactory({
  service: coreServices.urlReader,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    factories: urlReaderFactoriesServiceRef,
  },
  factory: options => UrlReaders.default(options),
});
