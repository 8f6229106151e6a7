import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Names the package that exports a feature, with its version, for messages about what is wrong with it:
 * among the CommonJS modules that are loaded. Undefined when it cannot be found.
 */
export function describePackageOf(feature: unknown): string | undefined {
  if (feature === undefined) {
    return undefined;
  }
  for (const module of Object.values(require.cache)) {
    if (module && exportsValue(module.exports, feature)) {
      return describePackageAt(module.filename);
    }
  }
  return undefined;
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

function describePackageAt(file: string): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (typeof name === 'string') {
        return version === undefined ? name : `${name}@${version}`;
      }
    } catch {
      // no package.json here, the folder above may have it
    }
  }
  return undefined;
}
