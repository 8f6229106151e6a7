import { unescapePath } from '../object-path';

/** A file or folder in a repository of AWS CodeCommit. */
export interface CodeCommitLocation {
  region: string;
  repositoryName: string;
  path: string;
  /** Branch, tag or commit; the default branch when absent. */
  commitSpecifier?: string;
}

const REPOSITORIES = '/codesuite/codecommit/repositories/';

/**
 * Takes the URL of a page of the AWS console apart.
 *
 * @param kind - whether the URL has to be that of a file, or may be that of a repository
 */
export function parseCodeCommitUrl(url: string, kind: 'file' | 'tree'): CodeCommitLocation {
  const { host, pathname: escaped } = new URL(url);
  const pathname = unescapePath(escaped);
  if (pathname.includes('/files/edit/')) {
    throw new Error('Please provide the view url to yaml file from CodeCommit, not the edit url');
  }
  if (kind === 'file' && !pathname.includes('/browse/')) {
    throw new Error('Please provide full path to yaml file from CodeCommit');
  }
  const [, region] = /^([^.]+)\.console\.aws\.amazon\.com$/.exec(host) ?? [];
  if (!region) {
    throw new Error(`Invalid AWS CodeCommit URL (unexpected host format): ${url}`);
  }
  const [, repositoryName, commitSpecifier, path] =
    /^\/codesuite\/codecommit\/repositories\/([^/]+)\/browse\/(?:(.*)\/)?--\/(.*)$/.exec(
      pathname,
    ) ?? [];
  if (repositoryName) {
    return { region, repositoryName, path, commitSpecifier: commitSpecifier || undefined };
  }
  if (kind === 'file') {
    throw new Error(`Invalid AWS CodeCommit URL (unexpected path format): ${url}`);
  }
  const [repository, specifier = ''] = pathname
    .split('/--/')[0]
    .replace(REPOSITORIES, '')
    .split('/browse');
  return {
    region,
    repositoryName: repository.replace(/^\/|\/$/g, ''),
    path: '/',
    commitSpecifier: specifier.replace(/^\/|\/$/g, '') || undefined,
  };
}
