/** Gives another path for one within a package; undefined where it has none. */
export type PackagePathOverride = (subPath: string) => string | undefined;

const overrides = new Map<string, PackagePathOverride>();

/** @throws Error when the paths of the package are overridden already */
export function setPackagePathOverride(packageName: string, override: PackagePathOverride): void {
  if (overrides.has(packageName)) {
    throw new Error(
      `Tried to override resolution of '${packageName}' more than once, restore() the first override before`,
    );
  }
  overrides.set(packageName, override);
}

export function removePackagePathOverride(packageName: string): void {
  overrides.delete(packageName);
}

/** The path that tests have put in place of one within a package. */
export function findOverriddenPackagePath(packageName: string, subPath: string) {
  return overrides.get(packageName)?.(subPath);
}
