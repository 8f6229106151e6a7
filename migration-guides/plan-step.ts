import { resolve } from 'node:path';
import { alphaToStable } from './alpha-to-stable/codemod';
import { authServices } from './auth-services/codemod';
import { backendCommonImports } from './backend-common-imports/codemod';
import { backendTasks } from './backend-tasks/codemod';
import { planConfig } from './config/codemod';
import { GuideError } from './engine/errors';
import { findProject, repositoryRoot } from './engine/find-project';
import type { ProjectOptions } from './engine/options';
import type { MigrationPlan } from './engine/plan';
import { planSourceStep } from './engine/source-step/plan-source-step';
import type { SourceCodemod } from './engine/source-step/source-codemod';
import { readSourceRepository } from './engine/source-step/source-repository';
import { tests } from './tests/codemod';
import { winstonToLoggerService } from './winston-to-logger-service/codemod';

/** The steps that look at every source file of a repository, in the order in which they are taken. */
export const SOURCE_CODEMODS: readonly SourceCodemod[] = [
  authServices,
  backendCommonImports,
  backendTasks,
  winstonToLoggerService,
  alphaToStable,
  tests,
];

/**
 * Plans a step that is not about one plugin, over the whole repository. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it; one that has no backend will do
 * @param step - a step that has a codemod for whole repositories
 * @throws GuideError when the step has none, or the folder is not a Backstage repository
 */
export async function planStep(
  dir: string,
  step: string,
  options: ProjectOptions = {},
): Promise<MigrationPlan> {
  if (step === 'config') return planConfigStep(dir, options);
  const codemod = SOURCE_CODEMODS.find(each => each.step === step);
  if (!codemod) throw notApplicable(step);
  const { root, backend } = findRepository(dir, options);
  const { edits, report } = planSourceStep(readSourceRepository(root), codemod);
  const installs = edits.some(each => each.file.endsWith('package.json'));
  return {
    step: codemod.step,
    root,
    backend,
    edits,
    report,
    warnings: installs ? ['Run the package manager to install what package.json asks for now'] : [],
  };
}

function planConfigStep(dir: string, options: ProjectOptions): MigrationPlan {
  const project = findProject(dir, options);
  const { root, backend } = project;
  return { step: 'config', root, backend, ...planConfig(project), warnings: [] };
}

/** The repository, with or without a backend: a repository of plugins has none. */
function findRepository(
  dir: string,
  options: ProjectOptions,
): { readonly root: string; readonly backend: string } {
  try {
    return findProject(dir, options);
  } catch (error) {
    const isWithoutBackend = error instanceof GuideError && error.code === 'BACKEND_NOT_FOUND';
    if (!isWithoutBackend || options.backend !== undefined) throw error;
    return { root: repositoryRoot(resolve(dir)), backend: '.' };
  }
}

function notApplicable(step: string): GuideError {
  const steps = [...SOURCE_CODEMODS.map(each => each.step), 'config'].join(', ');
  return new GuideError(
    'UNKNOWN_GUIDE',
    `'${step}' is no step for a whole repository. Those are ${steps}`,
  );
}
