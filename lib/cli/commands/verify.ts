import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  baselineRules,
  formatHtmlReport,
  formatJUnitReport,
  readBaseline,
  reviewBaseline,
  type AcceptedDifference,
  type ExploreOptions,
  type HtmlReportOptions,
  type ParityPrincipal,
  type ParityReport,
} from '../../parity';
import { readCertificates } from '../certificates';
import { chooseRequests } from '../chosen-requests';
import { compareBackends } from '../compare-backends';
import { UsageError } from '../errors';
import { ExitCode } from '../exit-code';
import { resolveFolder } from '../folder';
import { withInterruption } from '../interruption';
import { outputFile } from '../output-file';
import {
  checkObservationOptions,
  observeSides,
  type ObservationOptions,
  type ObservedSides,
} from '../observed-sides';
import { committedSides, namedSides, type SidesOptions } from '../sides';
import { requestStartupFile } from '../startup-file';
import type { Terminal } from '../terminal';

export interface VerifyOptions extends Omit<SidesOptions, 'ca'>, ObservationOptions {
  requests?: readonly string[];
  explore?: boolean;
  randomSeed?: number;
  writes?: boolean;
  unique?: boolean;
  as?: ParityPrincipal;
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
  checkObservationOptions(options);
  const ca = options.ca && (await readCertificates(options.ca));
  const named = namedSides(cwd, { ...options, ca });
  const elsewhere = Boolean(named && ('url' in named.left || 'url' in named.right));
  if (elsewhere && options.as && options.as !== 'none') {
    throw new UsageError(
      `--as ${options.as}: a backend that runs elsewhere can not verify the tokens of forklift. Give both sides as commands`,
    );
  }
  const files = requestsFiles(cwd, options.requests);
  const choice = {
    elsewhere,
    writes: options.database !== undefined,
    unique: options.unique,
    as: options.as ?? (elsewhere ? 'none' : 'user'),
    onLeftOut: (count: number) => noteLeftOut(count, terminal),
  } as const;
  // Tells about a wrong file before the old backend is checked out.
  const { operations } = await chooseRequests(files, choice);
  const explore = exploreOptions(options, {
    files,
    as: choice.as,
    isDescribed: operations.length > 0,
  });
  if (explore && operations.length === 0 && named && 'url' in named.left && 'url' in named.right) {
    throw new UsageError(
      `There is no ${usualRequests(cwd)}, and the routes of backends that run elsewhere can not be seen. Name a file with the requests to send: --requests file.yaml`,
    );
  }
  const baseline = options.baseline ? await readBaseline(options.baseline) : [];
  const report = await withInterruption(async signal => {
    const sides = named ?? (await committedSides(cwd, options, terminal.note));
    const startup = await requestStartupFile(sides.right);
    let observed: ObservedSides | undefined;
    try {
      observed = await observeSides({ ...sides, right: startup.spec }, options);
      const below = plugin === undefined ? undefined : sides.pathOf(plugin);
      const chosen = await chooseRequests(files, { ...choice, below });
      const compared = await compareBackends(
        {
          ...observed,
          requests: chosen.requests,
          waitFor: chosen.waitFor,
          explore: explore && { ...explore, below, operations: chosen.operations },
          rules: [...baselineRules(baseline), ...sides.rules],
          concurrency: options.concurrency,
          signal,
        },
        terminal,
      );
      // Before an interruption ends the command: what was compared until then counts.
      const context = { states: sides.states, startup: await startup.read() };
      await Promise.all(
        outputs.map(async ({ path, format }) => writeFile(path, format(compared, context))),
      );
      return compared;
    } finally {
      await observed?.remove();
      await startup.remove();
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
  format(report: ParityReport, context: HtmlReportOptions): string;
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

/** The files that were named, or the usual one where it is there. */
function requestsFiles(cwd: string, chosen: readonly string[] | undefined): readonly string[] {
  const usual = usualRequests(cwd);
  return chosen ?? (existsSync(usual) ? [usual] : []);
}

function usualRequests(cwd: string): string {
  return join(cwd, 'parity-requests.yaml');
}

/** Requests are made up where a document describes them, where that was asked for, or where there are none. */
function exploreOptions(
  { explore, randomSeed, writes, database }: VerifyOptions,
  {
    files,
    as,
    isDescribed,
  }: { files: readonly string[]; as: ParityPrincipal; isDescribed: boolean },
): ExploreOptions | undefined {
  if (writes && database === undefined) {
    throw new UsageError(
      '--writes sends requests that change something: add --database, so that each side has data of its own',
    );
  }
  if (!explore && files.length > 0 && !isDescribed) {
    const option = writes ? '--writes' : '--random-seed';
    if (writes || randomSeed !== undefined) {
      throw new UsageError(`${option} is about requests that are made up: add --explore`);
    }
    return undefined;
  }
  return { as, seed: randomSeed, writes };
}

function noteLeftOut(count: number, { note, colors }: Terminal): void {
  note(
    colors.dim(
      `${count} recorded requests that change something were not sent: that needs databases for each side alone (--database) and, of an access log, what it does not tell`,
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
