/** The parts of the URL of a file or folder in a repository. */
export interface GitUrl {
  /** Path in the repository, without a slash in front; empty for the whole repository. */
  filepath: string;
  /** Branch, tag or commit; empty for the default branch. */
  ref: string;
  name: string;
  owner: string;
  full_name: string;
}

/** Takes a URL of a git host apart. */
export function parseGitUrl(url: string): GitUrl {
  return require('git-url-parse')(url);
}
