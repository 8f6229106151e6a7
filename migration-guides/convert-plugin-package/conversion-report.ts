import type { Outcome, ReportEntry } from '../engine/plan';

/** The guide that the entries point to. */
export const GUIDE = 'convert-plugin-package';

/** The report on one plugin's conversion, in the making. */
export class ConversionReport {
  readonly entries: ReportEntry[] = [];

  constructor(private readonly plugin: string) {}

  add(file: string, outcome: Outcome, reason: string, anchor: string, line?: number): void {
    const guide = `${GUIDE}#${anchor}`;
    const at = line === undefined ? {} : { line };
    this.entries.push({ file, ...at, plugin: this.plugin, outcome, reason, guide });
  }
}
