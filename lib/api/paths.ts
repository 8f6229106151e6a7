import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { NotAllowedError } from '@backstage/errors';
import { findOverriddenPackagePath } from './package-path-overrides';

/**
 * The path of a file in a package, for example its migrations. The package is looked for from here,
 * then from the script that runs and from the working directory.
 *
 * @throws Error when the package is not installed
 */
export function resolvePackagePath(name: string, ...paths: string[]): string {
  const overridden = findOverriddenPackagePath(
    name,
    join(...paths)
      .split(sep)
      .join('/'),
  );
  if (overridden !== undefined) {
    return overridden;
  }
  const places = [process.argv[1] ?? process.cwd(), join(process.cwd(), 'package.json')];
  for (const resolver of [require, ...places.map(place => createRequire(resolve(place)))]) {
    try {
      return resolve(dirname(resolver.resolve(`${name}/package.json`)), ...paths);
    } catch {
      // not there, the next place may have it
    }
  }
  throw new Error(
    `Cannot find package '${name}' to resolve '${join(...paths)}' in it, add it to the dependencies of your backend`,
  );
}

/**
 * Resolves a path that may come from a user, and guarantees that it stays within `base`.
 *
 * @throws NotAllowedError when it leads outside, through `..` or a symbolic link
 */
export function resolveSafeChildPath(base: string, path: string): string {
  const target = resolve(base, path);
  if (!isChildPath(base, target)) {
    throw new NotAllowedError(
      'Relative path is not allowed to refer to a directory outside its parent',
    );
  }
  return target;
}

/** True when `path` is `base` or below it, after following symbolic links. Neither needs to exist. */
export function isChildPath(base: string, path: string): boolean {
  const fromBase = relative(realPath(base), realPath(path));
  return fromBase !== '..' && !fromBase.startsWith(`..${sep}`) && !isAbsolute(fromBase);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const parent = dirname(resolve(path));
  if (parent === resolve(path)) return parent;
  const target = danglingTarget(path);
  return target === undefined
    ? join(realPath(parent), basename(path))
    : realPath(resolve(parent, target));
}

/** Where a symbolic link leads that leads nowhere yet. */
function danglingTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
