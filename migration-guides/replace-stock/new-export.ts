import { findInstalledPackage } from '../engine/package-exports';
import { removedServicesOf } from '../engine/removed-services';
import { isAtLeast } from '../engine/version';

/** First versions of a package whose default export is a feature. */
export interface ExportVersions {
  /** Under `/alpha`. */
  readonly alpha?: string;
  readonly root?: string;
  /** First version that asks for no service that was removed since; only where earlier ones do. */
  readonly withoutRemoved?: string;
}

/** Where a package has its new-system export, or why it has none. */
export type NewExport = { readonly specifier: string } | { readonly missing: string };

/**
 * Finds the import for backend.add(...): in the installed package, or by the version that package.json
 * asks for.
 *
 * @param from - absolute folder of the backend package
 * @param versions - first versions with an export, where they are known
 * @param runtime - stock Backstage of the time still has the removed services, Forklift never had
 */
export function findNewExport(
  from: string,
  name: string,
  declared: string | undefined,
  versions: ExportVersions,
  runtime: 'forklift' | 'backstage' | null,
): NewExport {
  const installed = findInstalledPackage(from, name);
  if (installed) {
    const { home, version, feature } = installed;
    if (feature === undefined) {
      return { missing: `${name} ${version} has no plugin for the new system: upgrade it first` };
    }
    const removed = removedServicesOf(home).map(service => `coreServices.${service}`);
    return removed.length === 0
      ? { specifier: feature }
      : {
          missing: `the new-system plugin of ${name} ${version} needs ${removed.join(' and ')}, which the new system no longer has: upgrade it first`,
        };
  }
  if (declared === undefined) return { missing: `${name} is not installed` };
  const { withoutRemoved } = versions;
  if (runtime !== 'backstage' && withoutRemoved && !isAtLeast(declared, withoutRemoved)) {
    return {
      missing:
        `${name} asks for services that were removed until ${withoutRemoved}: upgrade it first, ` +
        `now it is ${declared}`,
    };
  }
  if (versions.root && isAtLeast(declared, versions.root)) return { specifier: name };
  if (versions.alpha && isAtLeast(declared, versions.alpha)) return { specifier: `${name}/alpha` };
  const first = versions.alpha ?? versions.root;
  return {
    missing: first
      ? `${name} has a plugin for the new system from ${first}: upgrade it first, now it is ${declared}`
      : `${name} is not installed`,
  };
}
