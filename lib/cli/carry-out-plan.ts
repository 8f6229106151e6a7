import {
  applyPlan,
  finishPlan,
  formatUnifiedDiff,
  type MigrationPlan,
  type ReportEntry,
} from '../../migration-guides';
import { ExitCode } from './exit-code';
import type { Terminal } from './terminal';

/** Options of the commands that change files. */
export interface ChangeOptions {
  backend?: string;
  json?: boolean;
  dryRun?: boolean;
  force?: boolean;
}

/** Whose createBackend a backend uses. */
export type Runtime = 'forklift' | 'backstage';

/** Applies a plan with its comments, formatted, or shows its diff only; and reports every file. */
export async function carryOutPlan(
  planned: MigrationPlan,
  { json, dryRun = false, force }: ChangeOptions,
  terminal: Terminal,
): Promise<number> {
  const plan = await finishPlan(planned, { force });
  const diff = dryRun ? formatUnifiedDiff(plan) : '';
  const written = dryRun ? [] : (await applyPlan(plan, { force })).written;
  const { step, root, backend, report, warnings } = plan;
  if (json) {
    const result = { step, root, backend, dryRun, written, report, warnings };
    terminal.print(JSON.stringify(dryRun ? { ...result, diff } : result, null, 2));
  } else {
    if (planned.edits.length === 0) {
      const rest = plan.edits.length > 0 ? ', apart from comments at what is left to you' : '';
      terminal.print(`Nothing to change${rest}.`);
    }
    printReport(plan, terminal);
    if (diff) {
      terminal.print();
      terminal.print(diff.trimEnd());
    }
  }
  return report.some(({ outcome }) => outcome === 'manual') ? ExitCode.workLeft : ExitCode.done;
}

function printReport({ report, warnings }: MigrationPlan, { print, colors }: Terminal) {
  for (const file of new Set(report.map(entry => entry.file))) {
    print(colors.bold(file));
    for (const entry of report.filter(each => each.file === file)) {
      print(`  ${describeEntry(entry, colors)}`);
    }
  }
  for (const warning of warnings) {
    print(`${colors.cyan('note')}: ${warning}`);
  }
}

function describeEntry(
  { outcome, line, plugin, reason, guide }: ReportEntry,
  colors: Terminal['colors'],
): string {
  const color = { migrated: colors.green, skipped: colors.dim, manual: colors.yellow }[outcome];
  const what = plugin === undefined ? reason : `${plugin}: ${reason}`;
  const whereToLook = [line && `line ${line}`, `forklift guide ${guide}`]
    .filter(Boolean)
    .join(', ');
  return `${color(outcome.padEnd(8))}  ${outcome === 'manual' ? `${what} (${whereToLook})` : what}`;
}
