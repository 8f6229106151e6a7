import { planConvert } from '../../../migration-guides';
import { carryOutPlan, type ChangeOptions } from '../carry-out-plan';
import { resolveFolder } from '../folder';
import type { Terminal } from '../terminal';

/** `forklift convert` */
export async function convert(
  plugin: string,
  dir: string,
  options: ChangeOptions,
  terminal: Terminal,
): Promise<number> {
  const plan = await planConvert(resolveFolder(dir), plugin, { backend: options.backend });
  return carryOutPlan(plan, options, terminal);
}
