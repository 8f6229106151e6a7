import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package some of whose CommonJS modules are loaded. */
export interface LoadedPackage {
  folder: string;
  name: string;
  version?: string;
  /** The plugin it belongs to, by its `backstage` metadata. */
  pluginId?: string;
}

/** The package that a file belongs to. Reads from disk: for messages about errors only. */
export function packageOfFile(file: string): LoadedPackage | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const found = readPackage(folder);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** The file of the loaded module that exports a feature, and so most likely the one that makes it. */
export function fileOfFeature(feature: unknown): string | undefined {
  const isFeature = typeof feature === 'object' || typeof feature === 'function';
  const modules = isFeature ? Object.values(require.cache) : [];
  return modules.find(module => module && exportsValue(module.exports, feature))?.filename;
}

/** The package that exports a feature, with its version: `@acme/plugin-x@1.2.3`. */
export function describePackageOf(feature: unknown): string | undefined {
  const file = fileOfFeature(feature);
  const found = file === undefined ? undefined : packageOfFile(file);
  return found && describePackage(found);
}

/** The name and version of a package. */
export function describePackage({ name, version }: LoadedPackage): string {
  return version === undefined ? name : `${name}@${version}`;
}

/** The copies of a package that are loaded from different folders; none if there is only one. */
export function duplicateCopies(name: string): LoadedPackage[] {
  const folders = new Set<string>();
  const mark = join('node_modules', name) + join('/');
  for (const file of Object.keys(require.cache)) {
    const at = file.lastIndexOf(mark);
    if (at >= 0) {
      folders.add(file.slice(0, at + mark.length - 1));
    }
  }
  return folders.size > 1 ? [...folders].flatMap(folder => readPackage(folder) ?? []) : [];
}

function readPackage(folder: string): LoadedPackage | undefined {
  try {
    const { name, version, backstage } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    return typeof name === 'string'
      ? { folder, name, version, pluginId: backstage?.pluginId }
      : undefined;
  } catch {
    return undefined; // no package.json here, or not one that describes a package
  }
}

function exportsValue(exports: unknown, feature: unknown): boolean {
  if (exports === feature) {
    return true;
  }
  if (typeof exports !== 'object' || exports === null) {
    return false;
  }
  try {
    return Object.values(exports).includes(feature);
  } catch {
    return false; // an export that throws when it is read
  }
}
