import type {
  UrlReaderService,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '../../api';
import { createPathMatcher } from './path-matcher';

/** What {@link searchTree} needs to know. */
export interface TreeSearch {
  /** The tree to search. */
  treeUrl: string;
  /** What is looked for: a pattern of paths in the tree. */
  pattern: string;
  /** The URL of a file of the tree. */
  urlOf: (path: string) => string;
}

/** A search for all files of a tree whose path matches a pattern. */
export async function searchTree(
  reader: Pick<UrlReaderService, 'readTree'>,
  { treeUrl, pattern, urlOf }: TreeSearch,
  options?: UrlReaderServiceSearchOptions,
): Promise<UrlReaderServiceSearchResponse> {
  const matcher = createPathMatcher(pattern);
  const tree = await reader.readTree(treeUrl, {
    ...options,
    filter: path => matcher.match(path),
  });
  const files = await tree.files();
  return {
    etag: tree.etag,
    files: files.map(({ path, content, lastModifiedAt }) => ({
      url: urlOf(path),
      content,
      lastModifiedAt,
    })),
  };
}
