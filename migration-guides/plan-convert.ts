import { planFileConversion } from './convert-plugin-file/codemod';
import { writtenInIndex } from './convert-plugin-file/written-in-index';
import { planPackageConversion } from './convert-plugin-package/codemod';
import { findMountedPackage } from './convert-plugin-package/mounted-package';
import { findPackageToConvert } from './convert-plugin-package/package-by-name';
import type { PackageToConvert } from './convert-plugin-package/package-to-convert';
import { findProject } from './engine/find-project';
import { importsFile } from './engine/imported-elsewhere';
import { findLiftedPlugin, type LiftedPlugin } from './engine/lifted-plugin';
import type { ConvertOptions } from './engine/options';
import { lineOf } from './engine/parse-module';
import type { GuideStep, MigrationPlan, ReportEntry } from './engine/plan';
import { withSourceSteps } from './engine/source-step/with-source-steps';
import { withoutUnusedTypes } from './engine/unused-types';
import { listWorkspacePackages } from './engine/workspace-package';
import { SOURCE_CODEMODS } from './plan-step';
import { planReplacement } from './replace-stock/codemod';

/** The steps that bring a converted file, and those beside it, up to date as well. */
const FILE_STEPS = SOURCE_CODEMODS.filter(each => each.step !== 'auth-services');

/**
 * Plans the conversion of one lifted plugin to the new system. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @param pluginId - the id as shown by scanBackend, or the folder or name of a package with a router
 * @throws GuideError when there is no such backend or plugin, or a file can not be read
 */
export async function planConvert(
  dir: string,
  pluginId: string,
  options: ConvertOptions = {},
): Promise<MigrationPlan> {
  const unmounted = findPackageToConvert(dir, pluginId, options);
  if (unmounted && !('plugin' in unmounted)) return planForPackage(unmounted);
  const plugin = unmounted?.plugin ?? findLiftedPlugin(dir, pluginId, options);
  if (!plugin) {
    const { root, backend, index } = findProject(dir, options);
    const step = options.step ?? 'convert-plugin-file';
    const report: ReportEntry[] = [
      {
        file: index,
        plugin: pluginId,
        outcome: 'skipped',
        reason: 'runs on the new system already',
        guide: step,
      },
    ];
    return { step, root, backend, edits: [], report, warnings: [] };
  }
  const planned = keepMounted(planFor(plugin, options), plugin);
  const plan = withoutUnusedTypes(planned, 'replace-stock#the-last-plugin');
  return plan.step === 'convert-plugin-file'
    ? withSourceSteps(plan, FILE_STEPS, [plugin.project.index])
    : plan;
}

/** A file that another mount of index.ts needs as well is not removed. */
function keepMounted(plan: MigrationPlan, { project, file }: LiftedPlugin): MigrationPlan {
  const { root, index } = project;
  const text = plan.edits.find(each => each.file === index)?.after;
  const isRemoved = plan.edits.some(each => each.file === file && each.after === null);
  if (!isRemoved || file === undefined || !text || !importsFile(root, index, text, file)) {
    return plan;
  }
  const reason = 'stays as it is: index.ts mounts it once more';
  const report = plan.report.filter(each => each.file !== file);
  const entry: ReportEntry = { file, outcome: 'skipped', reason, guide: plan.step };
  const edits = plan.edits.filter(each => each.file !== file);
  return { ...plan, edits, report: [...report, entry] };
}

function planFor(plugin: LiftedPlugin, { step }: ConvertOptions): MigrationPlan {
  const inPackage =
    step === undefined || step === 'convert-plugin-package' ? convertMounted(plugin) : undefined;
  if (step === 'convert-plugin-package' && !inPackage) {
    const obstacle = 'does more than to serve a package of this repository';
    return toPlan(plugin, step, { obstacle, anchor: 'before' });
  }
  if (inPackage && ('edits' in inPackage || step !== undefined || !plugin.source)) {
    return toPlan(plugin, 'convert-plugin-package', inPackage);
  }
  if (step !== 'convert-plugin-file') {
    const replaced = planReplacement(plugin);
    const plan = toPlan(plugin, 'replace-stock', replaced);
    if ('edits' in replaced || step === 'replace-stock') return plan;
    if (replaced.stock || (plugin.file === undefined && !writtenInIndex(plugin))) return plan;
  }
  const converted = planFileConversion(plugin);
  const plan = toPlan(plugin, 'convert-plugin-file', converted);
  if (!inPackage || 'edits' in inPackage) return plan;
  const library = entryOf(plugin, 'convert-plugin-package', inPackage);
  const outcome = 'edits' in converted ? 'skipped' : 'manual';
  return { ...plan, report: [...plan.report, { ...library, outcome }] };
}

type Conversion =
  Pick<MigrationPlan, 'edits' | 'report'> | { readonly obstacle: string; readonly anchor: string };

/** Converts the package whose router a plugin serves, where it does nothing else. */
function convertMounted(plugin: LiftedPlugin): Conversion | undefined {
  const { root } = plugin.project;
  const packages = listWorkspacePackages(root);
  const mounted = findMountedPackage(plugin, packages);
  return (
    mounted &&
    planPackageConversion({
      root,
      packages,
      package: mounted.package,
      id: plugin.id,
      mount: { plugin, mounted },
    })
  );
}

function entryOf(
  { project, backend, feature, file, source, id }: LiftedPlugin,
  step: GuideStep,
  { obstacle, anchor }: { readonly obstacle: string; readonly anchor: string },
): ReportEntry {
  const place = source
    ? { line: lineOf(source.module, source.plugin) }
    : file === undefined && { line: lineOf(backend.module, feature.statement) };
  return {
    file: file ?? project.index,
    ...place,
    plugin: id,
    outcome: 'manual',
    reason: obstacle,
    guide: `${step}#${anchor}`,
  };
}

function toPlan(plugin: LiftedPlugin, step: GuideStep, conversion: Conversion): MigrationPlan {
  const { root, backend } = plugin.project;
  return 'edits' in conversion
    ? planOf(step, root, backend, conversion)
    : planOf(step, root, backend, { edits: [], report: [entryOf(plugin, step, conversion)] });
}

/** A package that no backend of the repository serves. */
function planForPackage(target: PackageToConvert): MigrationPlan {
  const { root, id, package: own } = target;
  const step = 'convert-plugin-package';
  const conversion = planPackageConversion(target);
  if ('edits' in conversion) return planOf(step, root, own.folder, conversion);
  const { obstacle, anchor } = conversion;
  const entry: ReportEntry = {
    file: own.source.file,
    plugin: id,
    outcome: 'manual',
    reason: obstacle,
    guide: `${step}#${anchor}`,
  };
  return planOf(step, root, own.folder, { edits: [], report: [entry] });
}

function planOf(
  step: GuideStep,
  root: string,
  backend: string,
  { edits, report }: Pick<MigrationPlan, 'edits' | 'report'>,
): MigrationPlan {
  const installs = edits.some(each => each.file.endsWith('package.json'));
  const warnings = installs
    ? ['Run the package manager to install what package.json asks for now']
    : [];
  return { step, root, backend, edits, report, warnings };
}
