import type { UrlReaderService } from '../lib/api';

/** @deprecated Use `UrlReaderService`. */
export type UrlReader = UrlReaderService;

/** The reader of the old system, as plugins from before 2023 use it. */
export interface LegacyUrlReader extends UrlReaderService {
  /** @deprecated Use `readUrl`. */
  read(url: string): Promise<Buffer>;
}

/** The URL reader with `read`, which plugins from before 2023 call. */
export function urlReaderToLegacy(reader: UrlReaderService): LegacyUrlReader {
  return {
    readUrl: (url, options) => reader.readUrl(url, options),
    readTree: (url, options) => reader.readTree(url, options),
    search: (url, options) => reader.search(url, options),
    read: async url => (await reader.readUrl(url)).buffer(),
  };
}
