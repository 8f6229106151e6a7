import { join } from 'node:path';
import { ownVersionRange } from '../engine/own-version';
import { findInstalledPackage } from '../engine/package-exports';
import type { PackageToConvert } from './package-to-convert';

/** What plugins of the new system are made with. */
export const API = '@backstage/backend-plugin-api';

/** The range to depend on when nothing is installed: the first stable release. */
const FALLBACK = '^1.0.0';

/** Versions as the backend or another package of the repository has them, else as installed. */
export function versionsOf(
  target: PackageToConvert,
  names: readonly string[],
): Map<string, string> {
  const { root, packages, mount } = target;
  const from = join(root, target.package.folder);
  const manifests = [
    mount?.plugin.dependencies,
    ...packages.map(each => each.manifest.dependencies),
  ];
  const versions = names.map(name => {
    const known = manifests.map(each => each?.[name]).find(each => each !== undefined);
    const installed = findInstalledPackage(from, name)?.version;
    const fallback = name === 'backstage-forklift' ? ownVersionRange() : FALLBACK;
    const usable = name === API && known !== undefined && /^\D*0\./.test(known) ? undefined : known;
    return [name, usable ?? (installed === undefined ? fallback : `^${installed}`)] as const;
  });
  return new Map(versions);
}
