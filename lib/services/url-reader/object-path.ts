import { posix } from 'node:path';

/** Whether a name in object storage, or the path of a URL, goes up or has a `.` in its place. */
export function hasDotSegments(path: string): boolean {
  return path.split(/[/\\]/).some(segment => /^\.{1,2}$/.test(unescapePath(segment)));
}

/** Whether the path of a URL, as it was written, goes up: `new URL` would resolve that. */
export function urlHasDotSegments(url: string): boolean {
  const [, path = ''] = /^[^:]+:\/\/[^/\\?#]*([^?#]*)/.exec(url) ?? [];
  return unescapePath(path)
    .split(/[/\\]/)
    .some(segment => segment === '.' || segment === '..');
}

/** The path of an object below a folder. */
export function pathBelow(folder: string, name: string): string {
  return posix.relative(folder, name);
}

/** The name that a part of a URL stands for. */
export function unescapePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an escaped path: taken literally by the storage as well.
    return text;
  }
}

/** The part of a URL that stands for a name in object storage. */
export function escapePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}
