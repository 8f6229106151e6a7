import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What an installed package offers the new system. */
export interface InstalledPackage {
  /** Absolute folder of the package. */
  readonly home: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** The specifier whose default export is a feature; undefined when there is none. */
  readonly feature: string | undefined;
}

interface Manifest {
  readonly version?: string;
  readonly types?: string;
  readonly typings?: string;
  readonly dependencies?: Record<string, string>;
  readonly exports?: Record<string, { readonly types?: string } | string>;
  readonly typesVersions?: Record<string, Record<string, string[]>>;
}

/**
 * Looks into an installed package, by its declaration files; its code is not run. Undefined when it is
 * not installed.
 *
 * @param from - absolute folder of the package that depends on it
 */
export function findInstalledPackage(from: string, name: string): InstalledPackage | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    const manifest = readManifest(join(home, 'package.json'));
    if (manifest) {
      return {
        home,
        version: manifest.version ?? '0.0.0',
        dependencies: manifest.dependencies ?? {},
        feature: featureOf(home, name, manifest),
      };
    }
    if (folder === dirname(folder)) return undefined;
  }
}

function featureOf(home: string, name: string, manifest: Manifest): string | undefined {
  const root = manifest.types ?? manifest.typings ?? 'dist/index.d.ts';
  if (isFeatureByDefault(join(home, root))) return name;
  const alpha = alphaTypes(manifest).find(file => isFeatureByDefault(join(home, file)));
  return alpha && `${name}/alpha`;
}

function alphaTypes(manifest: Manifest): string[] {
  const entry = manifest.exports?.['./alpha'];
  const declared = typeof entry === 'object' ? entry.types : undefined;
  const versions = Object.values(manifest.typesVersions ?? {}).flatMap(each => each.alpha ?? []);
  return [declared, ...versions, 'dist/alpha.d.ts', 'alpha/index.d.ts'].filter(
    each => each !== undefined,
  );
}

/** True when a declaration file's default export is a BackendFeature. */
function isFeatureByDefault(file: string): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const name = /\b(\w+) as default\b/.exec(text)?.[1] ?? /export default (\w+);/.exec(text)?.[1];
  return (
    name !== undefined && new RegExp(`(const|function) ${name}\\b[^;]*\\bBackendFeature`).test(text)
  );
}

function readManifest(file: string): Manifest | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch {
    return undefined; // A broken package is as good as none.
  }
}
