import { pathToRegexp } from 'path-to-regexp';

const EVERYTHING = /^/;

/** Tells whether a path is, or is below, one of a set of path patterns. All of them are one expression. */
export class PathMatcher {
  readonly #sources: string[] = [];
  #expression?: RegExp;

  /**
   * @param path - as path-to-regexp takes it; `/` and `*` stand for all paths
   * @throws Error when it is malformed
   */
  add(path: string): void {
    if (path === '/' || path === '*') {
      this.#expression = EVERYTHING;
    }
    if (this.#expression !== EVERYTHING) {
      this.#sources.push(pathToRegexp(path, { end: false }).regexp.source);
      this.#expression = new RegExp(this.#sources.join('|'), 'i');
    }
  }

  matches(path: string): boolean {
    return this.#expression?.test(path) ?? false;
  }
}
