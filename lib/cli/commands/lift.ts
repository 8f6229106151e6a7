import { planLift } from '../../../migration-guides';
import { carryOutPlan, type ChangeOptions, type Runtime } from '../carry-out-plan';
import { resolveFolder } from '../folder';
import type { Terminal } from '../terminal';

/** `forklift lift` */
export async function lift(
  dir: string,
  options: ChangeOptions & { runtime: Runtime },
  terminal: Terminal,
): Promise<number> {
  const { backend, runtime } = options;
  const plan = await planLift(resolveFolder(dir), { backend, runtime });
  return carryOutPlan(plan, options, terminal);
}
