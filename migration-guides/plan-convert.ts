import { planFileConversion } from './convert-plugin-file/codemod';
import { findProject } from './engine/find-project';
import { findLiftedPlugin, type LiftedPlugin } from './engine/lifted-plugin';
import type { ConvertOptions } from './engine/options';
import type { GuideStep, MigrationPlan, ReportEntry } from './engine/plan';
import { planReplacement } from './replace-stock/codemod';

/**
 * Plans the conversion of one lifted plugin to the new system. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @param pluginId - the id as shown by scanBackend
 * @throws GuideError when there is no such backend or plugin, or a file can not be read
 */
export async function planConvert(
  dir: string,
  pluginId: string,
  options: ConvertOptions = {},
): Promise<MigrationPlan> {
  const plugin = findLiftedPlugin(dir, pluginId, options);
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
  return planFor(plugin, options);
}

function planFor(plugin: LiftedPlugin, { step }: ConvertOptions): MigrationPlan {
  if (step !== 'convert-plugin-file') {
    const replaced = planReplacement(plugin);
    if ('edits' in replaced) return toPlan(plugin, 'replace-stock', replaced);
    if (step === 'replace-stock' || !plugin.source || replaced.stock) {
      return toPlan(plugin, 'replace-stock', obstacleOf(plugin, 'replace-stock', replaced));
    }
  }
  const converted = planFileConversion(plugin);
  return toPlan(
    plugin,
    'convert-plugin-file',
    'edits' in converted ? converted : obstacleOf(plugin, 'convert-plugin-file', converted),
  );
}

function obstacleOf(
  { project, file, id }: LiftedPlugin,
  step: GuideStep,
  { obstacle, anchor }: { readonly obstacle: string; readonly anchor: string },
): Pick<MigrationPlan, 'edits' | 'report'> {
  const entry: ReportEntry = {
    file: file ?? project.index,
    plugin: id,
    outcome: 'manual',
    reason: obstacle,
    guide: `${step}#${anchor}`,
  };
  return { edits: [], report: [entry] };
}

function toPlan(
  { project }: LiftedPlugin,
  step: GuideStep,
  { edits, report }: Pick<MigrationPlan, 'edits' | 'report'>,
): MigrationPlan {
  const installs = edits.some(each => each.file.endsWith('package.json'));
  const warnings = installs
    ? ['Run the package manager to install what package.json asks for now']
    : [];
  return { step, root: project.root, backend: project.backend, edits, report, warnings };
}
