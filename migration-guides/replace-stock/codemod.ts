import { posix } from 'node:path';
import { applySettings } from '../engine/config-settings';
import { replaceFeature } from '../engine/edit-index';
import { importersOf } from '../engine/imported-elsewhere';
import { keepDatabase } from '../engine/keep-database';
import { textOption, type LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { lineOf, parseModule } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import { fileEdit } from '../engine/source-edit';
import { commentedLines } from './commented-code';
import { dependOn } from './depend-on';
import { findFeatures } from './find-features';
import { importersLeftOut } from './kept-exports';
import { retypeImportedPolicies, retypePolicyUser } from './policy-user';
import { readMeaning } from './read-meaning';
import { stockOf } from './read-wiring';
import { configuredNow, remainingWork } from './report-config';
import type { StockPackage } from './stock-package';
import { STOCK_PACKAGES } from './stock-packages';

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
  const stock = stockBehind(plugin);
  if (!stock) return { obstacle: noStock(plugin), anchor: 'other-plugins' };
  try {
    return replace(plugin, stock);
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    return { obstacle: error.message, anchor: error.anchor, stock };
  }
}

function stockBehind({ source, feature, id }: LiftedPlugin): StockPackage | undefined {
  return source
    ? stockOf(source.module, id)
    : STOCK_PACKAGES.find(each => each.package === feature.module);
}

function noStock({ source, feature }: LiftedPlugin): string {
  return source
    ? 'wires no published plugin that is known'
    : `${feature.module ?? 'it'} is no published plugin that is known`;
}

function replace(plugin: LiftedPlugin, stock: StockPackage): Replaced {
  const meaning = readMeaning(plugin, stock);
  checkMount(plugin, stock);
  const features = findFeatures(plugin, stock, meaning.modules, meaning.kept);
  const database = keepDatabase(plugin, 'replace-stock#database');
  const config = applySettings(plugin.project, meaning.settings, database.edits);
  if (!config) {
    throw new Obstacle(
      'says in code what belongs into app-config.yaml, which can not be edited',
      stock.anchor,
    );
  }
  const edits: FileEdit[] = [];
  const report: ReportEntry[] = [];
  const entry = (file: string, outcome: ReportEntry['outcome'], reason: string): void => {
    report.push({ file, plugin: plugin.id, outcome, reason, guide: 'replace-stock#what-changes' });
  };
  const { project, backend, feature, file } = plugin;
  const isAdded = (each: string): boolean => backend.features.some(other => other.module === each);
  const specifiers = features.specifiers.filter((each, at) => at === 0 || !isAdded(each));
  if (meaning.kept && feature.module !== undefined) specifiers.push(feature.module);
  const index = replaceFeature(plugin, specifiers, meaning.kept?.factories);
  if (index) edits.push(index);
  report.push({
    file: project.index,
    line: lineOf(backend.module, feature.statement),
    plugin: plugin.id,
    outcome: 'migrated',
    reason: `adds ${specifiers.join(', ')}`,
    guide: 'replace-stock#what-changes',
  });
  if (file !== undefined && plugin.source) {
    const importers = importersOf(project.root, posix.join(project.backend, 'src'), file, [
      project.index,
    ]);
    if (meaning.kept) {
      const { module } = plugin.source;
      const isPolicy = stock.id === 'permission';
      const text = isPolicy
        ? retypePolicyUser(parseModule({ ...module, text: meaning.kept.text }))
        : meaning.kept.text;
      const leftOut = importersLeftOut(project.root, importers, { ...module, text });
      if (leftOut.length > 0) {
        throw new Obstacle(
          `has code of its own, and ${leftOut.join(', ')} imports it`,
          'code-of-your-own',
        );
      }
      const edit = fileEdit(module, text);
      if (edit) edits.push(edit);
      if (isPolicy) {
        for (const each of retypeImportedPolicies(plugin)) {
          edits.push(each);
          entry(each.file, 'migrated', 'takes the user as a PolicyQueryUser');
        }
      }
      entry(file, 'migrated', `now a module of ${features.specifiers[0]} with the code of its own`);
    } else if (importers.length === 0) {
      edits.push({ file, before: plugin.source.module.original, after: null });
      const lost = commentedLines(plugin.source.module.text);
      const comments = lost > 0 ? `; lines of code in comments that went with it: ${lost}` : '';
      entry(file, 'migrated', `removed: the published plugin wires itself${comments}`);
    } else entry(file, 'skipped', `kept: ${importers.join(', ')} imports it`);
  }
  const manifest = dependOn(plugin, features.ranges);
  edits.push(...manifest.edits, ...config);
  report.push(
    ...manifest.report,
    ...configuredNow(plugin, stock, meaning.settings, config),
    ...remainingWork(plugin, stock, meaning),
    ...database.report,
  );
  return { edits, report };
}

/** A mount that the published plugin would not have. */
function checkMount({ call, id, source }: LiftedPlugin, stock: StockPackage): void {
  const custom = (reason: string): Obstacle => new Obstacle(reason, stock.anchor);
  if (id !== stock.id) throw custom(`is served as '${id}', the published plugin as '${stock.id}'`);
  const path = textOption(call, 'path');
  if (path !== undefined && !(stock.id === 'app' && path === '/'))
    throw custom(`is served at ${path}`);
  const other = call.options?.properties
    .map(each => each.name?.getText() ?? '...')
    .find(name => !['path', 'envId', ...(source && stock.list ? ['args'] : [])].includes(name));
  if (other) throw custom(`is given ${other}`);
}
