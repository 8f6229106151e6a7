import type { ExpressLayer } from './express-stack';

/** What versions of express 4 make of a parameter: `(?:\/([^/]+?))`, `(?:([^\/]+?))`, `([^\/]+?)`. */
const PARAMETER = /\(\?:(\\\/)?\(\[\^\\?\/\]\+\?\)\)|\(\[\^\\?\/\]\+\?\)/g;

/**
 * Where a layer is mounted: express 4 keeps only the regular expression that it made of the paths.
 *
 * @returns `''` for a layer that is asked for every path; nothing when it can not be told
 */
export function mountPaths({ mountPath, regexp, keys = [], slash }: ExpressLayer): string[] {
  if (mountPath !== undefined) {
    return [mountPath.replace(/\/+$/, '')];
  }
  if (slash || regexp?.fast_slash) {
    return [''];
  }
  const names = keys.map(key => key.name);
  const paths = (regexp?.source.split(/\|(?=\^)/) ?? []).map(source => decode(source, names));
  // What was understood must be what express understands.
  return paths.filter(
    path =>
      /^(?:\/(?:[\w.~%@-]|:(?=\w))+)*$/.test(path) &&
      regexp!.test(path.replace(/:\w+/g, 'x') || '/'),
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
