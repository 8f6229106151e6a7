import type { ApplyOptions, ApplyResult } from './options';
import type { MigrationPlan } from './plan';

/**
 * Writes a plan's edits: all of them or none.
 *
 * @throws GuideError when git has uncommitted changes (unless `force`), when a file has changed since
 * the plan was made, or when one can not be written
 */
export async function applyPlan(
  _plan: MigrationPlan,
  _options: ApplyOptions = {},
): Promise<ApplyResult> {
  return { written: [] };
}
