import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { parse } from 'yaml';

/** The file that holds the settings of Prettier for some files. */
export interface PrettierSettings {
  /** Absolute path. */
  readonly path: string;
  /** False when to read them is to run code of the project. */
  readonly isData: boolean;
}

/** Names in the order in which Prettier looks, in each folder. */
const DATA = ['.prettierrc', '.prettierrc.json', '.prettierrc.yaml', '.prettierrc.yml'];
const OTHER_DATA = ['.prettierrc.json5', '.prettierrc.toml'];
const CODE = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].flatMap(each => [
  `.prettierrc.${each}`,
  `prettier.config.${each}`,
]);

/** The settings for files of a folder: those next above, within the repository. */
export function findPrettierSettings(root: string, folder: string): PrettierSettings | undefined {
  for (let at = folder; at.startsWith(root); at = dirname(at)) {
    const manifest = join(at, 'package.json');
    const own = existsSync(manifest) ? valueIn(manifest, 'prettier') : undefined;
    if (own !== undefined) return { path: manifest, isData: isData(own, manifest) };
    const name = [...DATA, ...OTHER_DATA, ...CODE].find(each => existsSync(join(at, each)));
    if (name !== undefined) {
      const path = join(at, name);
      return { path, isData: !CODE.includes(name) && isData(valueIn(path), path) };
    }
    if (at === root) break;
  }
  return undefined;
}

/**
 * The path of an installed package, by which a file of the repository gets it; undefined when it is not
 * installed, or is a package of the repository itself.
 */
export function installedModule(from: string, name: string): string | undefined {
  try {
    const path = realpathSync(createRequire(from).resolve(name));
    return path.includes(`${sep}node_modules${sep}`) ? path : undefined;
  } catch {
    return undefined; // Not installed, or in a way that only the project's package manager knows.
  }
}

/** True when neither the settings nor plugins that they name are code of the repository. */
function isData(settings: unknown, path: string): boolean {
  if (typeof settings === 'string') return installedModule(path, settings) !== undefined;
  if (typeof settings !== 'object' || settings === null) return false;
  return Object.entries(settings).every(([key, value]) =>
    key === 'plugins'
      ? Array.isArray(value) &&
        value.every(each => typeof each === 'string' && installedModule(path, each) !== undefined)
      : typeof value !== 'object' || value === null || isData(value, path),
  );
}

/** What a file says; undefined when it can not be read. */
function valueIn(path: string, key?: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    if (OTHER_DATA.includes(basename(path))) return text.includes('plugins') ? undefined : {};
    const value: unknown = path.endsWith('.json') ? JSON.parse(text) : parse(text);
    return key === undefined ? value : (value as Record<string, unknown> | null)?.[key];
  } catch {
    return undefined;
  }
}
