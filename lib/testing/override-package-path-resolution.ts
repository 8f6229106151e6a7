import { resolve } from 'node:path';
import { removePackagePathOverride, setPackagePathOverride } from '../api/package-path-overrides';

/** Options of {@link overridePackagePathResolution}. */
export interface OverridePackagePathResolutionOptions {
  packageName: string;
  /** Stands for the folder of the package. */
  path?: string;
  /** Stand for single paths within the package, such as `migrations/latest`; exact, with slashes. */
  paths?: { [path in string]: string | (() => string) };
}

/** An override in force. */
export interface PackagePathResolutionOverride {
  restore(): void;
}

/**
 * Makes `resolvePackagePath` give other paths for a package, until `restore`.
 *
 * @throws Error when the package's paths are overridden already
 */
export function overridePackagePathResolution(
  options: OverridePackagePathResolutionOptions,
): PackagePathResolutionOverride {
  const { packageName, path, paths = {} } = options;
  setPackagePathOverride(packageName, subPath => {
    const replacement = Object.hasOwn(paths, subPath) ? paths[subPath] : undefined;
    if (replacement !== undefined) {
      return typeof replacement === 'function' ? replacement() : replacement;
    }
    return path && resolve(path, subPath);
  });
  return { restore: () => removePackagePathOverride(packageName) };
}
