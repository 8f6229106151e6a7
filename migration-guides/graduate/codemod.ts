import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { addDependencies, removeDependency } from '../engine/edit-package-json';
import { findProject, type BackendProject } from '../engine/find-project';
import { readNewBackend, type NewBackend } from '../engine/new-backend/read-new-backend';
import type { ProjectOptions } from '../engine/options';
import { findInstalledPackage } from '../engine/package-exports';
import { lineOf, parseModule } from '../engine/parse-module';
import type { FileEdit, MigrationPlan, ReportEntry } from '../engine/plan';
import { readSource } from '../engine/read-source';
import { fileEdit } from '../engine/source-edit';
import { moveImports, type Remainder } from './move-imports';

/** A plan's changes and what it says about them. */
type Changes = Pick<MigrationPlan, 'edits' | 'report'>;

/**
 * Plans the last step: createBackend and the rest come from stock Backstage, and this package is no
 * longer depended on. As long as something needs this package the plan changes nothing and says what.
 * Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function planGraduate(
  dir: string,
  options: ProjectOptions = {},
): Promise<MigrationPlan> {
  const project = findProject(dir, options);
  const { edits, report } = changesOf(project);
  const installs = edits.some(each => each.file.endsWith('package.json'));
  return {
    step: 'graduate',
    root: project.root,
    backend: project.backend,
    edits,
    report,
    warnings: installs ? ['Run the package manager to install what package.json asks for now'] : [],
  };
}

function changesOf(project: BackendProject): Changes {
  const backend = readNewBackend(parseModule(readSource(project.root, project.index)));
  if (!backend) {
    const reason = 'does not call createBackend yet: run forklift lift first';
    const entry = manual(project.index, { line: 1, reason, anchor: 'before' });
    return { edits: [], report: [entry] };
  }
  const left = pluginsLeft(project, backend);
  if (left.length > 0) return { edits: [], report: left };
  const sources = moveSources(project);
  if (sources.report.some(each => each.outcome === 'manual')) {
    return { edits: [], report: sources.report.filter(each => each.outcome === 'manual') };
  }
  const manifest = moveDependencies(project, sources.packages);
  const report = [...sources.report, ...manifest.report];
  return report.length > 0
    ? { edits: [...sources.edits, ...manifest.edits], report }
    : { edits: [], report: [nothingLeft(project)] };
}

function pluginsLeft(project: BackendProject, backend: NewBackend): ReportEntry[] {
  return backend.features.flatMap(({ legacy, statement }) =>
    legacy
      ? {
          ...manual(project.index, {
            line: lineOf(backend.module, statement),
            reason: `still on legacyPlugin: run forklift convert ${legacy.id}`,
            anchor: 'plugins-on-legacyplugin',
          }),
          plugin: legacy.id,
        }
      : [],
  );
}

function moveSources(project: BackendProject): Changes & { packages: readonly string[] } {
  const edits: FileEdit[] = [];
  const report: ReportEntry[] = [];
  const packages = new Set<string>();
  const manifest = readSource(project.root, posix.join(project.backend, 'package.json'));
  const { dependencies = {} } = JSON.parse(manifest.text);
  for (const file of sourcesNamingUs(project)) {
    const module = parseModule(readSource(project.root, file));
    const moved = moveImports(module, dependencies);
    report.push(...moved.remainders.map(each => manual(file, each)));
    moved.packages.forEach(each => packages.add(packageOf(each)));
    const edit = fileEdit(module, moved.text);
    if (!edit) continue;
    edits.push(edit);
    const reason = `imports ${moved.packages.join(' and ')}`;
    report.push({ file, outcome: 'migrated', reason, guide: 'graduate#what-changes' });
  }
  return { edits, report, packages: [...packages] };
}

/** The package of a subpath. */
function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, 2).join('/');
}

/** TypeScript files of the backend package that contain this package's name, links left out. */
function sourcesNamingUs({ root, backend }: BackendProject): string[] {
  const src = join(root, backend, 'src');
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile() && /\.[cm]?tsx?$/.test(each.name))
    .map(each => join(each.parentPath, each.name))
    .filter(
      path => !path.includes('node_modules') && readFileSync(path).includes('backstage-forklift'),
    )
    .map(path => posix.join(backend, 'src', path.slice(src.length + 1).replaceAll('\\', '/')))
    .sort();
}

function moveDependencies(project: BackendProject, packages: readonly string[]): Changes {
  const source = readSource(project.root, posix.join(project.backend, 'package.json'));
  const report: ReportEntry[] = [];
  const entry = (outcome: ReportEntry['outcome'], reason: string): void => {
    report.push({ file: source.file, outcome, reason, guide: 'graduate#dependencies' });
  };
  const without = removeDependency(source, 'backstage-forklift');
  if (without !== source) entry('migrated', 'no longer depends on backstage-forklift');
  const { dependencies, devDependencies } = JSON.parse(source.text);
  const wanted = new Map<string, string>();
  for (const name of packages) {
    if (name in { ...dependencies, ...devDependencies }) continue;
    const installed = findInstalledPackage(join(project.root, project.backend), name);
    if (installed) {
      wanted.set(name, `^${installed.version}`);
      entry('migrated', `depends on ${name} ^${installed.version}, the version installed`);
    } else entry('manual', `needs ${name} in the version of your Backstage release`);
  }
  const edit = addDependencies(without, wanted) ?? fileEdit(without, without.text);
  return { edits: edit ? [edit] : [], report };
}

function manual(file: string, { line, reason, anchor }: Remainder): ReportEntry {
  return { file, line, outcome: 'manual', reason, guide: `graduate#${anchor}` };
}

function nothingLeft({ index }: BackendProject): ReportEntry {
  return {
    file: index,
    outcome: 'skipped',
    reason: 'runs on stock Backstage already',
    guide: 'graduate',
  };
}
