import { join, posix } from 'node:path';
import { addDependencies } from '../engine/edit-package-json';
import { replaceFeature } from '../engine/edit-index';
import { importersOf } from '../engine/imported-elsewhere';
import { textOption, type LiftedPlugin } from '../engine/lifted-plugin';
import { findInstalledPackage } from '../engine/package-exports';
import { lineOf } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { findNewExport } from './new-export';
import { readWiring } from './ordinary-wiring';
import { moveSchedules } from './provider-schedules';
import { STOCK_MODULES } from './stock-modules';
import { STOCK_PACKAGES, type StockPackage } from './stock-packages';

/** What replacing one plugin changes. */
interface Replaced {
  readonly edits: readonly FileEdit[];
  readonly report: readonly ReportEntry[];
}

/** What replacing one plugin changes, or why it can not be replaced. */
export type Replacement =
  | Replaced
  | {
      readonly obstacle: string;
      readonly anchor: string;
      /** The published plugin that it wires, in a way of its own. */
      readonly stock?: StockPackage;
    };

/** Plans the replacement of a plugin's wiring by the published plugin itself. */
export function planReplacement(plugin: LiftedPlugin): Replacement {
  const wiring = wiringOf(plugin);
  if ('own' in wiring) {
    const { own, stock } = wiring;
    return { obstacle: own, anchor: stock?.anchor ?? 'other-plugins', stock };
  }
  const { stock, modules, schedules } = wiring;
  const custom = customMount(plugin, stock);
  if (custom) return { obstacle: custom, anchor: stock.anchor, stock };
  const exported = exportOf(plugin, stock);
  if ('missing' in exported) return { obstacle: exported.missing, anchor: 'versions', stock };
  const found = [...modules, ...scaffolderModules(plugin, stock)].map(
    name => [name, moduleOf(plugin, name, exported.specifier)] as const,
  );
  const missing = found.map(([, each]) => each).find(each => 'missing' in each);
  if (missing && 'missing' in missing) {
    return { obstacle: missing.missing, anchor: 'versions', stock };
  }
  const specifiers = found.flatMap(([, each]) => ('specifier' in each ? [each.specifier] : []));
  const config = moveSchedules(plugin.project, schedules);
  if (!config) {
    const obstacle = 'gives schedules to entity providers whose configuration can not be edited';
    return { obstacle, anchor: stock.anchor, stock };
  }
  const replaced = replacement(plugin, exported.specifier, specifiers, found);
  return {
    edits: [...replaced.edits, ...config],
    report: [...replaced.report, ...scheduled(plugin, config)],
  };
}

type FoundModule =
  | { readonly specifier: string; readonly version: string | undefined }
  | { readonly missing: string };

function wiringOf({ source, feature, id }: LiftedPlugin): ReturnType<typeof readWiring> {
  if (source) return readWiring(source.module, source.plugin, id);
  const stock = STOCK_PACKAGES.find(each => each.package === feature.module);
  return stock
    ? { stock, modules: [], schedules: [] }
    : { own: `${feature.module ?? 'it'} is no published plugin that is known` };
}

/** A mount that the published plugin would not have. */
function customMount({ call, id, envId }: LiftedPlugin, stock: StockPackage): string | undefined {
  if (id !== stock.id) return `is served as '${id}', the published plugin as '${stock.id}'`;
  if (envId !== undefined) return `keeps its data under '${envId}'`;
  const path = textOption(call, 'path');
  if (path !== undefined && !(stock.id === 'app' && path === '/')) return `is served at ${path}`;
  const other = call.options?.properties
    .map(each => each.name?.getText() ?? '...')
    .find(name => name !== 'path' && name !== 'envId');
  return other && `is given ${other}`;
}

function exportOf(plugin: LiftedPlugin, stock: StockPackage): ReturnType<typeof findNewExport> {
  const from = join(plugin.project.root, plugin.project.backend);
  const declared = plugin.dependencies[stock.package];
  return findNewExport(from, stock.package, declared, stock, plugin.backend.runtime);
}

/**
 * The import of a module, and the version to depend on where package.json does not have it yet.
 *
 * @param release - the import of its plugin: one of the same release has its export in the same place
 */
function moduleOf(plugin: LiftedPlugin, name: string, release: string): FoundModule {
  const from = join(plugin.project.root, plugin.project.backend);
  const versions = STOCK_MODULES[name] ?? {};
  const declared = plugin.dependencies[name];
  const installed = findInstalledPackage(from, name);
  if (!installed && declared === undefined) {
    const isAlpha = release.endsWith('/alpha') && versions.alpha !== undefined;
    return { specifier: isAlpha ? `${name}/alpha` : name, version: undefined };
  }
  const found = findNewExport(from, name, declared, versions, plugin.backend.runtime);
  if ('missing' in found) return found;
  const isDeclared = declared !== undefined;
  return { ...found, version: isDeclared ? undefined : installed && `^${installed.version}` };
}

/** The source control actions that the old scaffolder had built in. */
function scaffolderModules(plugin: LiftedPlugin, stock: StockPackage): string[] {
  if (stock.id !== 'scaffolder') return [];
  const from = join(plugin.project.root, plugin.project.backend);
  const installed = findInstalledPackage(from, stock.package);
  return Object.keys(installed?.dependencies ?? {})
    .filter(name => name.startsWith(`${stock.package}-module-`))
    .filter(name => findInstalledPackage(from, name)?.feature !== undefined);
}

function scheduled({ id }: LiftedPlugin, edits: readonly FileEdit[]): ReportEntry[] {
  return edits.map(({ file }) => ({
    file,
    plugin: id,
    outcome: 'migrated',
    reason: 'has the schedules of entity providers that the code had',
    guide: 'replace-stock#catalog',
  }));
}

function replacement(
  plugin: LiftedPlugin,
  specifier: string,
  modules: readonly string[],
  found: readonly (readonly [string, FoundModule])[],
): Replaced {
  const { project, backend, feature, file, id } = plugin;
  const report: ReportEntry[] = [];
  const entry = (name: string, outcome: ReportEntry['outcome'], reason: string): void => {
    report.push({ file: name, plugin: id, outcome, reason, guide: 'replace-stock#what-changes' });
  };
  const isAdded = (each: string): boolean => backend.features.some(own => own.module === each);
  const specifiers = [specifier, ...modules.filter(each => !isAdded(each))];
  const edits: FileEdit[] = [];
  const index = replaceFeature(plugin, specifiers);
  if (index) edits.push(index);
  report.push({
    file: project.index,
    line: lineOf(backend.module, feature.statement),
    plugin: id,
    outcome: 'migrated',
    reason: `adds ${specifiers.join(', ')}`,
    guide: 'replace-stock#what-changes',
  });
  if (file !== undefined && plugin.source) {
    const folder = posix.join(project.backend, 'src');
    const importers = importersOf(project.root, folder, file, [project.index]);
    if (importers.length === 0) {
      edits.push({ file, before: plugin.source.module.original, after: null });
      entry(file, 'migrated', 'removed: the published plugin wires itself');
    } else entry(file, 'skipped', `kept: ${importers.join(', ')} imports it`);
  }
  const versions = found.flatMap(([name, each]) =>
    'specifier' in each && each.version ? [[name, each.version] as const] : [],
  );
  const manifest = addDependencies(plugin.manifest, new Map(versions));
  if (manifest) {
    edits.push(manifest);
    entry(manifest.file, 'migrated', `depends on ${versions.map(([name]) => name).join(', ')}`);
  }
  for (const [name, each] of found) {
    if ('specifier' in each && each.version === undefined && !(name in plugin.dependencies)) {
      entry(
        plugin.manifest.file,
        'manual',
        `needs ${name} in the version of your Backstage release`,
      );
    }
  }
  return { edits, report };
}
