import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { GuideError } from '../engine/errors';
import { findProject, type BackendProject } from '../engine/find-project';
import { idOfPackage } from '../engine/new-backend/feature-id';
import { readNewBackend, type NewBackend } from '../engine/new-backend/read-new-backend';
import type { NewFeatureOptions } from '../engine/options';
import { parseModule } from '../engine/parse-module';
import type { FileEdit, MigrationPlan, ReportEntry } from '../engine/plan';
import { readSource } from '../engine/read-source';
import { listWorkspacePackages, type WorkspacePackage } from '../engine/workspace-package';
import { assertFeatureId, type NewFeatureKind } from './feature-id';
import { manifestOf } from './manifest';
import { moduleFiles } from './module-files';
import type { NewFeature, PackageFiles } from './new-feature';
import { baseNameOf, namePrefixOf, pluginsFolderOf } from './package-name';
import { pluginFiles } from './plugin-files';
import { serviceFiles } from './service-files';
import { addToIndex, addToManifest } from './wire-backend';
import { addToWorkspaces } from './workspaces';

const FILES: Readonly<Record<NewFeatureKind, (feature: NewFeature) => PackageFiles>> = {
  plugin: pluginFiles,
  module: moduleFiles,
  service: serviceFiles,
};

const ESLINT = "module.exports = require('@backstage/cli/config/eslint-factory')(__dirname);\n";

/**
 * Plans a package for a plugin, a module or a service, and adds it to the backend. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError INVALID_ID, ALREADY_EXISTS, or when there is no backend or it can not be read
 */
export async function planNew(
  dir: string,
  kind: NewFeatureKind,
  id: string,
  options: NewFeatureOptions = {},
): Promise<MigrationPlan> {
  assertFeatureId(kind, id);
  assertPlugin(kind, options.plugin);
  const pluginId = options.plugin ?? id;
  const project = findProject(dir, options);
  const backend = readNewBackend(parseModule(readSource(project.root, project.index)));
  const packages = listWorkspacePackages(project.root);
  const base = baseNameOf({ kind, id, pluginId });
  const folder = posix.join(pluginsFolderOf(project.backend), base);
  const name = namePrefixOf(packages) + base;
  const runtime = options.runtime ?? backend?.runtime ?? 'forklift';
  const feature: NewFeature = { kind, id, pluginId, folder, name, runtime };
  assertIsNew(project, backend, feature, packages);
  const files = FILES[kind](feature);
  const usesCli = packages.some(
    ({ manifest }) => '@backstage/cli' in { ...manifest.devDependencies, ...manifest.dependencies },
  );
  const made = {
    ...(usesCli ? { '.eslintrc.js': ESLINT } : {}),
    'package.json': manifestOf(feature, packages),
    ...files,
  };
  const edits: FileEdit[] = Object.entries(made).map(([file, after]) => ({
    file: posix.join(folder, file),
    before: null,
    after,
  }));
  const report = edits.map(({ file }): ReportEntry =>
    toEntry(file, { reason: 'made', anchor: 'layout' }),
  );
  const wired = wire(project, backend, feature);
  const workspaces = addToWorkspaces(project.root, folder);
  const all = [...wired.edits, ...(workspaces?.edit ? [workspaces.edit] : [])];
  return {
    step: 'new',
    root: project.root,
    backend: project.backend,
    edits: [...edits, ...all],
    report: [
      ...report,
      ...wired.report,
      ...(workspaces ? [toEntry(workspaces.file, workspaces, workspaces.outcome)] : []),
    ],
    warnings: ['Run the package manager to install what package.json asks for now'],
  };
}

function assertPlugin(kind: NewFeatureKind, plugin: string | undefined): void {
  if (kind === 'module' && plugin === undefined) {
    throw new GuideError(
      'INVALID_ID',
      'A module extends a plugin: name it with --plugin, for example --plugin catalog',
    );
  }
  if (kind !== 'module' && plugin !== undefined) {
    throw new GuideError('INVALID_ID', `A ${kind} extends no plugin: leave out --plugin ${plugin}`);
  }
  if (plugin !== undefined) assertFeatureId('plugin', plugin);
}

function assertIsNew(
  { root, index }: BackendProject,
  backend: NewBackend | undefined,
  { kind, id, folder, name }: NewFeature,
  packages: readonly WorkspacePackage[],
): void {
  if (existsSync(join(root, folder))) {
    throw new GuideError('ALREADY_EXISTS', `${folder} exists already. Choose another id`, {
      file: folder,
    });
  }
  const namesake = packages.find(each => each.name === name);
  if (namesake) {
    throw new GuideError(
      'ALREADY_EXISTS',
      `${namesake.folder} is called ${name} already. Choose another id`,
      { file: namesake.source.file },
    );
  }
  const added = backend?.features.find(
    ({ legacy, module = '' }) =>
      module === name || (kind === 'plugin' && (legacy?.id ?? idOfPackage(module)) === id),
  );
  if (added) {
    throw new GuideError(
      'ALREADY_EXISTS',
      `${index} adds a plugin '${id}' already (${added.module ?? name}). Choose another id`,
      { file: index },
    );
  }
}

function wire(
  project: BackendProject,
  backend: NewBackend | undefined,
  feature: NewFeature,
): Pick<MigrationPlan, 'edits' | 'report'> {
  if (feature.kind === 'service') {
    const reason = `nothing to add to the backend: whoever asks for the service depends on ${feature.name}`;
    return { edits: [], report: [toEntry(project.index, { reason, anchor: 'wiring' }, 'skipped')] };
  }
  const index = backend && addToIndex(backend, feature.name);
  if (!index) {
    const reason = backend
      ? `does not show where to add it: backend.add(import('${feature.name}'))`
      : `is wired by hand: run forklift lift, then backend.add(import('${feature.name}'))`;
    return { edits: [], report: [toEntry(project.index, { reason, anchor: 'wiring' }, 'manual')] };
  }
  const manifest = addToManifest(project, feature);
  return {
    edits: manifest ? [index, manifest] : [index],
    report: [
      toEntry(index.file, { reason: `adds ${feature.name}`, anchor: 'wiring' }),
      ...(manifest
        ? [toEntry(manifest.file, { reason: `depends on ${feature.name}`, anchor: 'wiring' })]
        : []),
    ],
  };
}

function toEntry(
  file: string,
  { reason, anchor }: { readonly reason: string; readonly anchor: string },
  outcome: ReportEntry['outcome'] = 'migrated',
): ReportEntry {
  return { file, outcome, reason, guide: `new#${anchor}` };
}
