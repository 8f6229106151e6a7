import { posix } from 'node:path';
import { readAppConfigs } from '../engine/app-configs';
import { applySettings } from '../engine/config-settings';
import { addDependencies } from '../engine/edit-package-json';
import { findProject, type BackendProject } from '../engine/find-project';
import type { LiftOptions } from '../engine/options';
import { readOldBackend, usesServiceBuilder } from '../engine/old-backend/read-old-backend';
import { ownVersionRange } from '../engine/own-version';
import { parseModule } from '../engine/parse-module';
import type { FileEdit, MigrationPlan, ReportEntry } from '../engine/plan';
import { readSource } from '../engine/read-source';
import { fileEdit } from '../engine/source-edit';
import { accountForFiles } from './account-for-files';
import { accountForMounts } from './account-for-mounts';
import { rewriteIndex } from './rewrite-index';

const ASKS_FOR_TOKENS =
  'The new system asks every request for a token, the old one did not: ' +
  'read forklift guide lift#authentication';

/**
 * Plans the rewrite of index.ts onto createBackend() and legacyPlugin(...). Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function planLift(dir: string, options: LiftOptions = {}): Promise<MigrationPlan> {
  const project = findProject(dir, options);
  const module = parseModule(readSource(project.root, project.index));
  const old = readOldBackend(module);
  const plan = (edits: FileEdit[], report: ReportEntry[], warnings: string[]): MigrationPlan => ({
    step: 'lift',
    root: project.root,
    backend: project.backend,
    edits,
    report,
    warnings,
  });
  if (!old) return plan([], [notLiftable(project, usesServiceBuilder(module))], []);
  const rewritten = rewriteIndex(old, project, options.runtime ?? 'forklift');
  accountForMounts(old, rewritten.report);
  if (!rewritten.report.some(each => each.outcome === 'migrated')) {
    return plan([], [...rewritten.report], []);
  }
  const files = accountForFiles(old, project, rewritten.report, rewritten.text);
  const manifest = manifestEdit(project, options, rewritten.packages);
  const config = applySettings(project, rewritten.settings) ?? [];
  const edits = [fileEdit(module, rewritten.text), manifest.edit, ...config].filter(
    each => each !== undefined,
  );
  const warnings = ['Run the package manager to install what package.json asks for now'];
  if (!isOpen(project)) warnings.push(ASKS_FOR_TOKENS);
  return plan(edits, [...rewritten.report, ...files, ...manifest.report], warnings);
}

/** True when a configuration file says that no token is asked for. */
function isOpen(project: BackendProject): boolean {
  return readAppConfigs(project).some(({ text }) =>
    /^\s+dangerouslyDisableDefaultAuthPolicy: *true\b/m.test(text),
  );
}

function notLiftable(project: BackendProject, usesBuilder: boolean): ReportEntry {
  return usesBuilder
    ? {
        file: project.index,
        outcome: 'manual',
        reason: 'calls createServiceBuilder outside of a function, which is not understood',
        guide: 'lift#main',
      }
    : {
        file: project.index,
        outcome: 'skipped',
        reason: 'does not call createServiceBuilder: nothing to lift',
        guide: 'lift',
      };
}

function manifestEdit(
  project: BackendProject,
  options: LiftOptions,
  packages: readonly string[],
): { edit: FileEdit | undefined; report: ReportEntry[] } {
  const source = readSource(project.root, posix.join(project.backend, 'package.json'));
  const forklift = options.forkliftVersion ?? ownVersionRange();
  const edit = addDependencies(source, new Map([['backstage-forklift', forklift]]));
  const report: ReportEntry[] = [];
  const entry = (outcome: ReportEntry['outcome'], reason: string): void => {
    report.push({ file: source.file, outcome, reason, guide: 'lift#dependencies' });
  };
  if (edit) entry('migrated', `depends on backstage-forklift ${forklift}`);
  const present = JSON.parse(source.text).dependencies ?? {};
  for (const name of packages) {
    if (name === 'backstage-forklift' || name in present) continue;
    entry('manual', `needs ${name} in the version of your Backstage release`);
  }
  return { edit, report };
}
