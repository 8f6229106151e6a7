import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  baselineRules,
  formatHtmlReport,
  formatJUnitReport,
  readBaseline,
  reviewBaseline,
  type AcceptedDifference,
  type ParityReport,
} from '../../parity';
import { chooseRequests } from '../chosen-requests';
import { compareBackends } from '../compare-backends';
import { UsageError } from '../errors';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { withInterruption } from '../interruption';
import { outputFile } from '../output-file';
import { committedSides, namedSides, type SidesOptions } from '../sides';
import type { Terminal } from '../terminal';

export interface VerifyOptions extends Omit<SidesOptions, 'ca'> {
  requests?: string;
  concurrency?: number;
  baseline?: string;
  ca?: string;
  json?: string;
  junit?: string;
  html?: string;
}

/** `forklift verify` */
export async function verify(
  dir: string,
  plugin: string | undefined,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const cwd = resolveFolder(dir);
  const outputs = chooseOutputs(options);
  const ca = options.ca && (await readCertificates(options.ca));
  const named = namedSides(cwd, { ...options, ca });
  const file = requestsFile(cwd, options.requests);
  const elsewhere = Boolean(named && ('url' in named.left || 'url' in named.right));
  const choice = { elsewhere, onLeftOut: (count: number) => noteLeftOut(count, terminal) };
  // Tells about a wrong file before the old backend is checked out.
  await chooseRequests(file, choice);
  const baseline = options.baseline ? await readBaseline(options.baseline) : [];
  const report = await withInterruption(async signal => {
    const sides = named ?? (await committedSides(cwd, options));
    try {
      const below = plugin === undefined ? undefined : sides.pathOf(plugin);
      const compared = await compareBackends(
        {
          left: sides.left,
          right: sides.right,
          ...(await chooseRequests(file, { ...choice, below })),
          rules: [...baselineRules(baseline), ...sides.rules],
          concurrency: options.concurrency,
          signal,
        },
        terminal,
      );
      // Before an interruption ends the command: what was compared until then counts.
      await Promise.all(outputs.map(async ({ path, format }) => writeFile(path, format(compared))));
      return compared;
    } finally {
      await sides.close();
    }
  });
  printReview(baseline, report, terminal);
  if (report.stopped) {
    return ExitCode.failed;
  }
  return report.equal ? ExitCode.done : ExitCode.workLeft;
}

interface Output {
  path: string;
  format(report: ParityReport): string;
}

function chooseOutputs({ json, junit, html }: VerifyOptions): Output[] {
  const output = (option: string, file: string | undefined, format: Output['format']) =>
    file ? [{ path: outputFile(option, file), format }] : [];
  return [
    ...output('--json', json, report => `${JSON.stringify(report, null, 2)}\n`),
    ...output('--junit', junit, formatJUnitReport),
    ...output('--html', html, formatHtmlReport),
  ];
}

function requestsFile(cwd: string, chosen: string | undefined): string {
  const usual = join(cwd, 'parity-requests.yaml');
  if (chosen === undefined && !existsSync(usual)) {
    throw new UsageError(
      `There is no ${usual}. Name the file with the requests to send: --requests file.yaml`,
    );
  }
  return chosen ?? usual;
}

async function readCertificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--ca '${file}' can not be read (${(cause as { code?: string }).code})`);
  }
}

function noteLeftOut(count: number, { note, colors }: Terminal): void {
  note(
    colors.dim(
      `${count} recorded requests that change something were not sent: a backend runs elsewhere, and its data are its own`,
    ),
  );
}

function printReview(
  baseline: readonly AcceptedDifference[],
  report: ParityReport,
  { note }: Terminal,
): void {
  const { expired, unused } = reviewBaseline(baseline, report);
  for (const { request, path, reason, expires } of expired) {
    note(`baseline: ${request} ${path} was accepted until ${expires} (${reason})`);
  }
  for (const { request, path } of report.stopped ? [] : unused) {
    note(`baseline: ${request} ${path} does not differ any more: take it out`);
  }
}
