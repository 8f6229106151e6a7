import { applyPlan, formatUnifiedDiff, type MigrationPlan } from '../../migration-guides';
import { ExitCode } from './exit-code';
import type { Terminal } from './terminal';

/** Options of the commands that change files. */
export interface ChangeOptions {
  backend?: string;
  json?: boolean;
  dryRun?: boolean;
  force?: boolean;
  runtime: 'forklift' | 'backstage';
}

/** Applies a plan, or shows its diff only, and reports every file. */
export async function carryOutPlan(
  plan: MigrationPlan,
  { json, dryRun = false, force }: ChangeOptions,
  terminal: Terminal,
): Promise<number> {
  const diff = dryRun ? formatUnifiedDiff(plan) : '';
  const written = dryRun ? [] : (await applyPlan(plan, { force })).written;
  const { step, root, backend, report, warnings } = plan;
  if (json) {
    const result = { step, root, backend, dryRun, written, report, warnings };
    terminal.print(JSON.stringify(dryRun ? { ...result, diff } : result, null, 2));
  } else {
    printReport(plan, terminal);
    if (diff) {
      terminal.print();
      terminal.print(diff.trimEnd());
    }
  }
  return report.some(({ outcome }) => outcome === 'manual') ? ExitCode.workLeft : ExitCode.done;
}

function printReport({ edits, report, warnings }: MigrationPlan, { print, colors }: Terminal) {
  const outcomeColors = { migrated: colors.green, skipped: colors.dim, manual: colors.yellow };
  if (edits.length === 0) {
    print('Nothing to change.');
  }
  for (const { outcome, file, line, plugin, reason, guide } of report) {
    const place = line === undefined ? file : `${file}:${line}`;
    const who = plugin === undefined ? '' : `${plugin}: `;
    const help = outcome === 'manual' ? ` (forklift guide ${guide})` : '';
    print(`${outcomeColors[outcome](outcome.padEnd(8))}  ${place}`);
    print(colors.dim(`          ${who}${reason}${help}`));
  }
  for (const warning of warnings) {
    print(`${colors.yellow('note')}      ${warning}`);
  }
}
