import type * as Minimatch from 'minimatch';

/** Matches paths in a tree against a glob pattern. */
export function createPathMatcher(pattern: string): Minimatch.Minimatch {
  const minimatch = require('minimatch') as typeof Minimatch;
  return new minimatch.Minimatch(pattern.replace(/^\/+/, ''), { magicalBraces: true });
}
