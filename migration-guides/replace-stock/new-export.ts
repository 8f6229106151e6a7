import { findInstalledPackage } from '../engine/package-exports';
import { removedServicesOf } from '../engine/removed-services';
import { isAtLeast } from '../engine/version';

/** First versions of a package whose default export is a feature. */
export interface ExportVersions {
  /** Under `/alpha`. */
  readonly alpha?: string;
  readonly root?: string;
  /** The version to ask for where package.json asks for none that will do. Default: `root`. */
  readonly added?: string;
  /** First version that has the extension points which code of the project needs. */
  readonly extensible?: string;
  /** First version that asks for no service that was removed since; only where earlier ones do. */
  readonly withoutRemoved?: string;
}

/** Where a package has its new-system export, or why it has none. */
export type NewExport =
  | {
      readonly specifier: string;
      /** The range that package.json has to ask for; undefined when what it asks for will do. */
      readonly range?: string;
    }
  | { readonly missing: string };

/**
 * Finds the import for backend.add(...): in the installed package, or by the version that package.json
 * asks for. A version that is too old is raised to the first that has it, where that is known.
 *
 * @param from - absolute folder of the backend package
 * @param versions - first versions with an export, where they are known
 * @param runtime - a version is only raised on Forklift: on stock Backstage all of a release go together
 */
export function findNewExport(
  from: string,
  name: string,
  declared: string | undefined,
  versions: ExportVersions,
  runtime: 'forklift' | 'backstage' | null,
): NewExport {
  const found = asItIs(from, name, declared, versions, runtime);
  const { root, added = root } = versions;
  if ('specifier' in found || root === undefined || runtime === 'backstage') return found;
  const isNewer = declared !== undefined && isAtLeast(declared, added ?? root);
  return isNewer ? found : { specifier: name, range: `^${added}` };
}

function asItIs(
  from: string,
  name: string,
  declared: string | undefined,
  versions: ExportVersions,
  runtime: 'forklift' | 'backstage' | null,
): NewExport {
  const installed = findInstalledPackage(from, name);
  if (installed) {
    const { home, version, feature } = installed;
    const { extensible } = versions;
    if (extensible && !isAtLeast(version, extensible)) {
      return { missing: lacksPoints(name, extensible, version) };
    }
    if (feature === undefined) {
      return { missing: `${name} ${version} has no plugin for the new system: upgrade it first` };
    }
    const services = removedServicesOf(home);
    const removed = services.map(service => `coreServices.${service}`);
    const factories = services.map(service => `${service}ServiceFactory`);
    return removed.length === 0
      ? { specifier: feature }
      : {
          missing: `the new-system plugin of ${name} ${version} needs ${removed.join(' and ')}, which the new system no longer has: upgrade it first, or add ${factories.join(' and ')} from backstage-forklift/legacy to the backend`,
        };
  }
  if (declared === undefined) return { missing: `${name} is not installed` };
  const { withoutRemoved, extensible } = versions;
  if (extensible && !isAtLeast(declared, extensible)) {
    return { missing: lacksPoints(name, extensible, declared) };
  }
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

function lacksPoints(name: string, extensible: string, version: string): string {
  return `${name} has the extension points for code of your own from ${extensible}: upgrade it first, now it is ${version}`;
}
