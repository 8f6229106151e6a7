import { planGraduate } from '../../../migration-guides';
import { carryOutPlan, type ChangeOptions } from '../carry-out-plan';
import { resolveFolder } from '../folder';
import type { Terminal } from '../terminal';

/** `forklift graduate` */
export async function graduate(
  dir: string,
  options: ChangeOptions,
  terminal: Terminal,
): Promise<number> {
  const plan = await planGraduate(resolveFolder(dir), { backend: options.backend });
  return carryOutPlan(plan, options, terminal);
}
