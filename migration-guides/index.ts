import type { BackendInventory } from './engine/inventory';
import type {
  ApplyOptions,
  ConvertOptions,
  LiftOptions,
  NewFeatureOptions,
  ProjectOptions,
} from './engine/options';
import type { NewFeatureKind } from './new/feature-id';
import type { MigrationPlan } from './engine/plan';

/**
 * Reads a backend without running it: every mounted plugin, what its file needs, what to do next.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function scanBackend(
  dir: string,
  options?: ProjectOptions,
): Promise<BackendInventory> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const step = require('./engine/scan-backend') as typeof import('./engine/scan-backend');
  return step.scanBackend(dir, options);
}

/**
 * Plans the rewrite of index.ts onto createBackend() and legacyPlugin(...). Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function planLift(dir: string, options?: LiftOptions): Promise<MigrationPlan> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const step = require('./lift/codemod') as typeof import('./lift/codemod');
  return step.planLift(dir, options);
}

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
  options?: ConvertOptions,
): Promise<MigrationPlan> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const step = require('./plan-convert') as typeof import('./plan-convert');
  return step.planConvert(dir, pluginId, options);
}

/**
 * Plans a step that is not about one plugin, over a whole repository: imports, configuration, tests.
 * Writes nothing.
 *
 * @param dir - the repository, or any folder inside it; one that has no backend will do
 * @param step - a step whose guide says that it is carried out by `forklift guide <step> --apply`
 * @throws GuideError when there is no such step, or the folder is not a Backstage repository
 */
export async function planStep(
  dir: string,
  step: string,
  options?: ProjectOptions,
): Promise<MigrationPlan> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const steps = require('./plan-step') as typeof import('./plan-step');
  return steps.planStep(dir, step, options);
}

/**
 * Plans the move to stock Backstage's createBackend, once no plugin is on legacyPlugin. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function planGraduate(dir: string, options?: ProjectOptions): Promise<MigrationPlan> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const step = require('./graduate/codemod') as typeof import('./graduate/codemod');
  return step.planGraduate(dir, options);
}

/**
 * Plans a package for a plugin, a module or a service, and adds it to the backend. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @param id - lower case letters, digits and single hyphens, without the prefix and suffix of packages
 * @throws GuideError INVALID_ID, ALREADY_EXISTS, or when there is no backend or it can not be read
 */
export async function planNew(
  dir: string,
  kind: NewFeatureKind,
  id: string,
  options?: NewFeatureOptions,
): Promise<MigrationPlan> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const step = require('./new/plan-new') as typeof import('./new/plan-new');
  return step.planNew(dir, kind, id, options);
}

/**
 * A plan as `forklift` writes it: with a comment at each spot that its report leaves to a person, and
 * formatted by the Prettier of the project, where that is installed and its settings are no code. Writes
 * nothing; applyPlan does.
 *
 * @param options - `force` leaves comments although git has uncommitted changes and the plan has none
 */
export async function finishPlan(
  plan: MigrationPlan,
  options?: ApplyOptions,
): Promise<MigrationPlan> {
  // Loading the TypeScript compiler takes longer than most commands that do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const step = require('./engine/finish-plan') as typeof import('./engine/finish-plan');
  return step.finishPlan(plan, options);
}

export { applyPlan } from './engine/apply-plan';
export { formatUnifiedDiff } from './engine/unified-diff';
export { listGuides, readGuide } from './engine/guides';
export type { Guide } from './engine/guides';
export { GuideError } from './engine/errors';
export type { GuideErrorCode } from './engine/errors';
export type { FileEdit, GuideStep, MigrationPlan, Outcome, ReportEntry } from './engine/plan';
export type {
  BackendInventory,
  PluginInventory,
  PluginState,
  PluginStyle,
  RootRouterInventory,
} from './engine/inventory';
export type {
  ApplyOptions,
  ApplyResult,
  ConvertOptions,
  LiftOptions,
  NewFeatureOptions,
  ProjectOptions,
} from './engine/options';
export type { NewFeatureKind } from './new/feature-id';
