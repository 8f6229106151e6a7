import { readJson, type ParityResponse } from '../exchange';

const MEMBER = /\.([A-Za-z_$][\w$]*)|\[(-?\d+)\]|\["((?:[^"\\]|\\.)*)"\]/gy;

/**
 * What an answer has at a path, as reports name paths: `status`, `body` (as text), `$.items[0].name` in
 * a JSON body (`[-1]` is the last element), or else a header.
 *
 * @returns undefined where there is nothing
 */
export function readPath(response: ParityResponse, path: string): unknown {
  if (path === 'status') {
    return response.status;
  }
  if (path === 'body') {
    return String(response.body);
  }
  if (!path.startsWith('$')) {
    const header = response.headers[path.toLowerCase()];
    return Array.isArray(header) ? header.join('\n') : header;
  }
  let value = readJson(response)?.value;
  for (const [, name, index, quoted] of path.slice(1).matchAll(MEMBER)) {
    if (index !== undefined) {
      value = Array.isArray(value) ? value.at(Number(index)) : undefined;
    } else {
      const key = name ?? (JSON.parse(`"${quoted}"`) as string);
      value = Object.hasOwn(Object(value), key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
    }
  }
  return value;
}

/** True for a path that {@link readPath} understands. */
export function isReadablePath(path: unknown): path is string {
  if (typeof path !== 'string' || path === '') {
    return false;
  }
  return path.startsWith('$')
    ? path.slice(1).replace(MEMBER, '') === ''
    : /^[\w!#%&'*+.^`|~-]+$/.test(path);
}
