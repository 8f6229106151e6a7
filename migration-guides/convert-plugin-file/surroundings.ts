import { join } from 'node:path';
import { replaceFeature } from '../engine/edit-index';
import { addDependencies } from '../engine/edit-package-json';
import { keepDatabase } from '../engine/keep-database';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { ownVersionRange } from '../engine/own-version';
import { findInstalledPackage } from '../engine/package-exports';
import { lineOf } from '../engine/parse-module';
import type { FileEdit, ReportEntry } from '../engine/plan';
import type { PluginBeside } from '../engine/plugin-beside';
import { packageOf } from '../engine/plugin-file/describe-plugin-file';
import type { ConvertedKeys } from './convert-keys';
import type { Place } from './place';

/** What new code imports. */
export const API = '@backstage/backend-plugin-api';

/** The range to depend on when nothing is installed: the first stable release. */
const API_VERSION = '^1.0.0';

/** The sections about keys that keep their old contract. */
const ANCHORS: Readonly<Record<string, string>> = {
  cache: 'cache',
  identity: 'identity',
  permissions: 'permissions',
  tokenManager: 'token-manager',
};

/** A plugin's file that has been converted. */
export interface ConvertedFile {
  readonly edit: FileEdit | undefined;
  readonly place: Place;
  readonly policies: readonly string[];
  readonly keys: ConvertedKeys;
  readonly beside: PluginBeside | undefined;
}

/** Everything that changes with a plugin's file, and what is said about it. */
export function withSurroundings(
  old: LiftedPlugin,
  { edit, place, policies, keys, beside }: ConvertedFile,
): { readonly edits: readonly FileEdit[]; readonly report: readonly ReportEntry[] } {
  const { project, backend, feature, file = '', manifest } = old;
  const report: ReportEntry[] = [];
  const migrated = (name: string, reason: string, anchor: string): void => {
    const guide = `convert-plugin-file#${anchor}`;
    report.push({ file: name, plugin: old.id, outcome: 'migrated', reason, guide });
  };
  migrated(file, ...outcomeOf(place, beside));
  if (policies.length > 0) {
    migrated(file, `keeps ${policies.join(', ')} open to everyone`, 'open-routes');
  }
  for (const key of keys.contracts.keys()) {
    const reason = `keeps ${key} of the old system, made of services`;
    migrated(file, reason, ANCHORS[key] ?? 'logger');
  }
  const contracts = [...keys.contracts.values()];
  const factories = contracts.filter(each => each.factory).map(each => each.function);
  const index = replaceFeature(old, [feature.module ?? ''], factories);
  report.push({
    file: project.index,
    line: lineOf(backend.module, feature.statement),
    plugin: old.id,
    outcome: 'migrated',
    reason: `adds ${feature.module}`,
    guide: 'convert-plugin-file#what-changes',
  });
  const version = apiVersionOf(old);
  const wanted = new Map([[API, version]]);
  if (contracts.some(each => packageOf(each.function) === 'backstage-forklift')) {
    wanted.set('backstage-forklift', ownVersionRange());
  }
  const dependencies = addDependencies(manifest, wanted);
  if (dependencies) migrated(manifest.file, `depends on ${API} ${version}`, 'what-changes');
  const kept =
    !beside && keepsData(old, keys)
      ? keepDatabase(place.plugin, 'convert-plugin-file#database')
      : { edits: [], report: [] };
  const edits = [edit, index, dependencies, ...kept.edits].filter(each => each !== undefined);
  return { edits, report: [...report, ...kept.report] };
}

/** The version of {@link API} to depend on. */
export function apiVersionOf({ project }: LiftedPlugin): string {
  const installed = findInstalledPackage(join(project.root, project.backend), API);
  return installed ? `^${installed.version}` : API_VERSION;
}

/** What a file has become, and the section about it. */
function outcomeOf(
  { plugin: { id }, below, serves }: Place,
  beside: PluginBeside | undefined,
): [reason: string, anchor: string] {
  if (below !== undefined) {
    const what = beside ? 'a module' : 'a part';
    return [`now ${what} of the plugin '${id}', below /api/${id}${below}`, 'nested-paths'];
  }
  if (beside) return [`now a module of the plugin '${id}'`, 'modules'];
  return serves
    ? ['now a plugin of the new system', 'what-changes']
    : ['now a plugin of the new system, which serves nothing', 'background'];
}

/** The scheduler keeps its tasks in the database of the plugin. */
function keepsData({ source }: LiftedPlugin, { services }: ConvertedKeys): boolean {
  return (
    /\b(database|scheduler)\b/.test(source?.module.text ?? '') ||
    services.some(each => each.name === 'database' || each.name === 'scheduler')
  );
}
