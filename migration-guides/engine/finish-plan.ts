import { assertCleanWorkTree } from './clean-work-tree';
import { GuideError } from './errors';
import type { ApplyOptions } from './options';
import type { MigrationPlan } from './plan';
import { formatEdits } from './finish/format-edits';
import { leaveComments } from './finish/leave-comments';

/**
 * What a step wants to do, as it is to be written: with a comment at each spot that is left to a person,
 * and formatted by the Prettier of the project where that is set up. Writes nothing.
 *
 * A plan without changes of its own gets comments only where git has no uncommitted changes, or with
 * `force`: they are not worth a refusal.
 */
export async function finishPlan(
  plan: MigrationPlan,
  { force = false }: ApplyOptions = {},
): Promise<MigrationPlan> {
  const isOnlyReport = plan.edits.length === 0;
  const commented = leaveComments(plan);
  if (isOnlyReport && commented.edits.length > 0) {
    const obstacle = force ? undefined : obstacleTo(commented);
    if (obstacle === undefined) return commented;
    const warning = `No comments were left in the code: ${obstacle}`;
    return { ...plan, warnings: [...plan.warnings, warning] };
  }
  return formatEdits(commented);
}

/** Why git could not undo a plan. */
function obstacleTo({ root, edits }: MigrationPlan): string | undefined {
  try {
    assertCleanWorkTree(
      root,
      edits.map(each => each.file),
    );
    return undefined;
  } catch (error) {
    if (error instanceof GuideError) return error.message;
    throw error;
  }
}
