import { join, posix } from 'node:path';
import { importersOfPackage } from '../engine/imported-elsewhere';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { isAtLeast, lowestVersion } from '../engine/version';
import type { KeptModule } from './kept-module';
import { findNewExport, type NewExport } from './new-export';
import { STOCK_MODULES } from './stock-modules';
import type { StockPackage } from './stock-package';

const API = '@backstage/backend-plugin-api';

/** The range to depend on where package.json has none: the first stable release. */
const API_RANGE = '^1.0.0';

/** The features that stand for a plugin. */
export interface FoundFeatures {
  /** What index.ts imports: the plugin itself, then its modules. */
  readonly specifiers: readonly string[];
  /** What package.json has to ask for, where it does not yet. */
  readonly ranges: ReadonlyMap<string, string>;
}

/**
 * Finds the published plugin and modules in versions that run in the new system.
 *
 * @param kept - what kept code imports besides
 * @throws Obstacle when there is no such version, or when other code would break with it
 */
export function findFeatures(
  plugin: LiftedPlugin,
  stock: StockPackage,
  modules: readonly string[],
  kept: Pick<KeptModule, 'packages' | 'since'> | undefined,
): FoundFeatures {
  const own = packageExport(plugin, stock, kept?.since.get(stock.package));
  const found = [own, ...new Set(modules)].map(each =>
    typeof each === 'string' ? moduleExport(plugin, each, own.specifier) : each,
  );
  const ranges = new Map<string, string>();
  for (const { name, range } of found) if (range) ranges.set(name, range);
  for (const name of kept?.packages ?? []) {
    const range = libraryRange(plugin, name, kept?.since.get(name));
    if (!range || ranges.has(name)) continue;
    checkLibrary(plugin, name);
    checkRaise(plugin, name, range);
    ranges.set(name, range);
  }
  return { specifiers: found.map(each => each.specifier), ranges };
}

interface FoundExport {
  readonly name: string;
  readonly specifier: string;
  readonly range?: string;
}

function packageExport(
  plugin: LiftedPlugin,
  stock: StockPackage,
  since: readonly string[] = [],
): FoundExport {
  const extensible = since.find(each => since.every(other => isAtLeast(each, other)));
  const found = exportOf(plugin, stock.package, { ...stock, extensible });
  if ('specifier' in found) {
    checkRaise(plugin, stock.package, found.range);
    return { name: stock.package, ...found };
  }
  const { successor } = stock;
  if (!successor || plugin.backend.runtime === 'backstage')
    throw new Obstacle(found.missing, 'versions');
  const { name, version } = successor;
  const declared = plugin.dependencies[name];
  return { name, specifier: name, range: declared === undefined ? `^${version}` : undefined };
}

function exportOf(
  { project, dependencies, backend }: LiftedPlugin,
  name: string,
  versions: Parameters<typeof findNewExport>[3],
): NewExport {
  const from = join(project.root, project.backend);
  return findNewExport(from, name, dependencies[name], versions, backend.runtime);
}

/**
 * The import of a module, and the range to depend on where package.json does not have it yet.
 *
 * @param release - the import of its plugin: one of the same release has its export in the same place
 */
function moduleExport(plugin: LiftedPlugin, name: string, release: string): FoundExport {
  const versions = STOCK_MODULES[name] ?? {};
  const found = exportOf(plugin, name, versions);
  if ('specifier' in found) {
    checkRaise(plugin, name, found.range);
    return { name, ...found };
  }
  if (plugin.dependencies[name] !== undefined) throw new Obstacle(found.missing, 'versions');
  const isAlpha = release.endsWith('/alpha') && versions.alpha !== undefined;
  return { name, specifier: isAlpha ? `${name}/alpha` : name };
}

/** A version that breaks what came before must not reach other code of the backend. */
function checkRaise(plugin: LiftedPlugin, name: string, range: string | undefined): void {
  const declared = plugin.dependencies[name];
  if (!range || declared === undefined || isCompatible(declared, range)) return;
  const { sameSince } = STOCK_MODULES[name] ?? {};
  if (sameSince && isAtLeast(declared, sameSince)) return;
  const { project, file } = plugin;
  const others = importersOfPackage(project.root, posix.join(project.backend, 'src'), name, [
    file,
    project.index,
  ]);
  if (others.length > 0) {
    throw new Obstacle(
      `needs ${name} ${range} instead of ${declared}, and ${others.join(', ')} imports it as well: convert that first`,
      'versions',
    );
  }
}

/** What the kept code uses of a library may have had other names in a version that is too old. */
function checkLibrary({ dependencies }: LiftedPlugin, name: string): void {
  const declared = dependencies[name];
  const { sameSince } = STOCK_MODULES[name] ?? {};
  if (declared === undefined || !sameSince || isAtLeast(declared, sameSince)) return;
  throw new Obstacle(
    `uses ${name} ${declared}, which has changed since: upgrade it first`,
    'versions',
  );
}

/** By the rules of `^`: the first number that is not zero stays. */
function isCompatible(declared: string, range: string): boolean {
  const [before, after] = [lowestVersion(declared), lowestVersion(range)];
  if (!before || !after) return false;
  const significant = Math.max(
    before.findIndex(each => each !== 0),
    0,
  );
  return before.slice(0, significant + 1).every((each, at) => each === after[at]);
}

/** The range of a library that kept code imports; undefined when what package.json asks for will do. */
function libraryRange(
  plugin: LiftedPlugin,
  name: string,
  since: readonly string[] = [],
): string | undefined {
  if (name === 'backstage-forklift') return undefined;
  const declared = plugin.dependencies[name];
  const { root, added = root, sameSince } = STOCK_MODULES[name] ?? {};
  if (root === undefined) {
    return declared === undefined && name === API ? API_RANGE : undefined;
  }
  if (declared === undefined) return `^${added}`;
  // What kept code had of a package that is no library is there in the version that it was written for.
  if (sameSince === undefined) return undefined;
  return [root, ...since].every(each => isAtLeast(declared, each)) ? undefined : `^${added}`;
}
