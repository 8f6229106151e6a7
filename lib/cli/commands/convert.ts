import { planConvert, scanBackend } from '../../../migration-guides';
import { carryOutPlan, type ChangeOptions, type Runtime } from '../carry-out-plan';
import { UsageError } from '../errors';
import { resolveFolder } from '../folder';
import type { Terminal } from '../terminal';

export interface ConvertOptions extends ChangeOptions {
  runtime?: Runtime;
}

/** `forklift convert` */
export async function convert(
  plugin: string,
  dir: string,
  options: ConvertOptions,
  terminal: Terminal,
): Promise<number> {
  const folder = resolveFolder(dir);
  if (options.runtime) await assertRuntime(folder, options.runtime, options);
  const plan = await planConvert(folder, plugin, { backend: options.backend });
  return carryOutPlan(plan, options, terminal);
}

/** Converted plugins run on both; whose createBackend there is, is decided by lift and graduate. */
async function assertRuntime(
  folder: string,
  wanted: Runtime,
  { backend }: ConvertOptions,
): Promise<void> {
  const { runtime, index } = await scanBackend(folder, { backend });
  if (runtime === null || runtime === wanted) return;
  throw new UsageError(
    `${index} uses the createBackend() of ${runtime}, not of ${wanted}, and convert does not change ` +
      'that: converted plugins run on both. Leave out --runtime; when all plugins are converted, ' +
      'forklift graduate moves the backend to stock Backstage',
  );
}
