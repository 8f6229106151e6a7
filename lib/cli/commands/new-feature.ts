import { planNew, type NewFeatureKind } from '../../../migration-guides';
import { carryOutPlan, type ChangeOptions } from '../carry-out-plan';
import { resolveFolder } from '../folder';
import type { Terminal } from '../terminal';

export interface NewOptions extends ChangeOptions {
  plugin?: string;
  runtime?: 'forklift' | 'backstage';
}

/** `forklift new` */
export async function newFeature(
  kind: NewFeatureKind,
  id: string,
  dir: string,
  options: NewOptions,
  terminal: Terminal,
): Promise<number> {
  const { backend, plugin, runtime } = options;
  const plan = await planNew(resolveFolder(dir), kind, id, { backend, plugin, runtime });
  return carryOutPlan(plan, options, terminal);
}
