import { capturedObjects } from './captured-functions';
import type { ExpressLayer } from './express-stack';

/**
 * What becomes of a parameter: `(?:\/([^/]+?))`, `(?:([^\/]+?))`, `([^\/]+?)` in versions of express 4,
 * `([^/]+)`, `([^\/]+)` in those of express 5.
 */
const PARAMETER = /\(\?:(\\\/)?\(\[\^\\?\/\]\+\?\)\)|\(\[\^\\?\/\]\+\??\)/g;

type Keys = ReadonlyArray<{ readonly name: string | number }>;

/**
 * Where a layer is mounted: express keeps only the regular expressions that it made of the paths, and
 * express 5 even those in functions.
 *
 * @returns `''` for a layer that is asked for every path; nothing when it can not be told
 */
export function mountPaths({ mountPath, regexp, keys, slash, matchers }: ExpressLayer): string[] {
  if (mountPath !== undefined) {
    return [mountPath.replace(/\/+$/, '')];
  }
  if (slash || regexp?.fast_slash) {
    return [''];
  }
  if (matchers) {
    return matchers.flatMap(pathsOfMatcher);
  }
  return regexp ? decodeAll(regexp, regexp.source.split(/\|(?=\^)/), keys) : [];
}

/** Of `match()` of path-to-regexp 8, which makes one expression for all forms of a path. */
function pathsOfMatcher(matcher: (path: string) => unknown): string[] {
  const { regexp, keys } = capturedObjects(matcher, ['regexp', 'keys']) as {
    regexp?: RegExp;
    keys?: Keys;
  };
  if (!(regexp instanceof RegExp)) {
    return []; // Mounted at an expression of the plugin's own.
  }
  const [, forms] =
    /^\^(?:\(\?:)?(.*?)\)?(?:\(\?:\\\/\$\)\?)?\(\?=\\\/\|\$\)$/.exec(regexp.source) ?? [];
  return forms === undefined ? [] : decodeAll(regexp, forms.split('|'), keys);
}

/** What was understood of an expression must be what express understands. */
function decodeAll(regexp: RegExp, sources: readonly string[], keys: Keys = []): string[] {
  const names = keys.map(key => key.name);
  return sources
    .map(source => decode(source, names))
    .filter(
      path =>
        /^(?:\/(?:[\w.~%@-]|:(?=\w))+)*$/.test(path) &&
        regexp.test(path.replace(/:\w+/g, 'x') || '/'),
    );
}

/** @param names - of the parameters that are left; those that are used are taken from it */
function decode(source: string, names: Array<string | number>): string {
  return source
    .replace(/^\^/, '')
    .replace(/(?:\\\/\?)?(?:\(\?=\\\/\|\$\))?\$?$/, '')
    .replace(PARAMETER, (_group, slash?: string) => `${slash ? '/' : ''}:${names.shift()}`)
    .replace(/\\([/.-])/g, '$1');
}
