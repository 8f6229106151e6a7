import { isError } from '@backstage/errors';
import type {
  UrlReaderService,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../api';

/** A search for one file, without a pattern: found or not. */
export async function searchFile(
  reader: Pick<UrlReaderService, 'readUrl'>,
  url: string,
  options?: UrlReaderServiceSearchOptions,
): Promise<UrlReaderServiceSearchResponse> {
  try {
    const { buffer, lastModifiedAt, etag = '' } = await reader.readUrl(url, options);
    return { files: [{ url, content: buffer, lastModifiedAt }], etag };
  } catch (error) {
    if (isError(error) && error.name === 'NotFoundError') {
      return { files: [], etag: '' };
    }
    throw error;
  }
}
