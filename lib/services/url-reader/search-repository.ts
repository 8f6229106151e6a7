import type { ScmIntegration } from '@backstage/integration';
import type {
  UrlReaderService,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../api';
import { parseGitUrl } from './parse-git-url';
import { searchFile } from './search-file';
import { searchTree } from './search-tree';

/** A search in a whole repository, for a path that may be a pattern. */
export async function searchRepository(
  reader: UrlReaderService,
  integration: ScmIntegration,
  url: string,
  options?: UrlReaderServiceSearchOptions,
): Promise<UrlReaderServiceSearchResponse> {
  const { filepath } = parseGitUrl(url);
  if (!/[*?]/.test(filepath ?? '')) {
    return searchFile(reader, url, options);
  }
  return searchTree(
    reader,
    {
      treeUrl: url.replace(filepath, '').replace(/\/+$/, ''),
      pattern: filepath,
      urlOf: path => integration.resolveUrl({ url: `/${path}`, base: url }),
    },
    options,
  );
}
