import { listGuides, planStep, readGuide } from '../../../migration-guides';
import { carryOutPlan, type ChangeOptions } from '../carry-out-plan';
import { UsageError } from '../errors';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { formatTable } from '../table';
import type { Terminal } from '../terminal';

export interface GuideOptions extends ChangeOptions {
  apply?: boolean;
}

/** `forklift guide` */
export async function guide(
  step: string | undefined,
  dir: string,
  options: GuideOptions,
  terminal: Terminal,
): Promise<number> {
  const { print, colors } = terminal;
  if (options.apply) {
    if (step === undefined) throw new UsageError('Name the step that --apply is to carry out');
    const plan = await planStep(resolveFolder(dir), step, { backend: options.backend });
    return carryOutPlan(plan, options, terminal);
  }
  assertOnlyReading(options);
  if (step !== undefined) {
    print((await readGuide(step)).trimEnd());
    return ExitCode.done;
  }
  const guides = await listGuides();
  formatTable(
    ['step', 'guide'],
    guides.map(({ step: name, title }) => [name, title]),
    (cell, column, row) =>
      row === 'header' ? colors.dim(cell) : column ? cell : colors.bold(cell),
  ).forEach(line => print(line));
  return ExitCode.done;
}

function assertOnlyReading({ dryRun, force, json, backend }: GuideOptions): void {
  const given = { '--dry-run': dryRun, '--force': force, '--json': json, '--backend': backend };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (option) throw new UsageError(`${option} goes with --apply: without it a guide is printed`);
}
