import {
  countVerdicts,
  createParityIdentity,
  formatCoverage,
  formatResult,
  formatVerdict,
  runParity,
  type ExploreOptions,
  type ParityObservation,
  type ParityReport,
  type ParityResult,
  type ParityRule,
  type ParitySubject,
} from '../parity';
import type { ChosenRequests } from './chosen-requests';
import { UsageError } from './errors';
import { migrationRules } from './migration-rules';
import { startBackends, type BackendSpec } from './start-backends';
import { formatTable } from './table';
import type { Terminal } from './terminal';

/** What is compared. */
export interface Comparison extends Omit<ChosenRequests, 'operations'> {
  left: BackendSpec;
  right: BackendSpec;
  /** Another one like the left one, to measure noise by. */
  leftCopy?: BackendSpec;
  /** Asked before the rules that hold for any migration. */
  rules?: readonly ParityRule[];
  /** How further requests are made up; absent for none. */
  explore?: ExploreOptions;
  /** What is compared beside the answers. */
  observe?: readonly ParityObservation[];
  /** How many requests that change nothing may be under way at the same time. */
  concurrency?: number;
  signal: AbortSignal;
}

/**
 * Starts what has to be started, sends every request to both backends, prints a line for each and the
 * verdict, and stops what was started.
 *
 * @throws UsageError when requests are to be sent in the name of someone whom a backend that runs
 * elsewhere can not know, or when there is nothing to send
 */
export async function compareBackends(
  compared: Comparison,
  terminal: Terminal,
): Promise<ParityReport> {
  const { left, right, leftCopy, requests, waitFor, explore, rules = [], signal } = compared;
  const { print, colors } = terminal;
  const sides = leftCopy ? [left, right, leftCopy] : [left, right];
  const elsewhere = sides.find(side => 'url' in side);
  const known = [
    ...(Array.isArray(requests) ? requests : []),
    ...waitFor.map(each => each.request),
  ];
  if (elsewhere && known.some(({ as }) => as !== 'none')) {
    throw new UsageError(
      `The requests have some that are sent as a user or a service, which the ${elsewhere.name} backend can not verify: it was not started by forklift. Give both sides as commands, or these requests an authorization header instead of 'as'`,
    );
  }
  const began = Date.now();
  const identity = elsewhere ? undefined : await createParityIdentity();
  let subjects: ParitySubject[] = [];
  try {
    subjects = await startBackends(
      sides.map(side =>
        'url' in side ? side : { ...side, env: { ...identity?.env, ...side.env } },
      ),
      signal,
      ({ name, baseUrl }) => print(colors.dim(describeReady(name, baseUrl, began))),
    );
    const [leftSubject, rightSubject, copySubject] = subjects;
    const report = await runParity({
      left: leftSubject,
      right: rightSubject,
      leftCopy: copySubject,
      requests,
      waitFor,
      rules: [...rules, ...migrationRules],
      identity,
      observe: compared.observe,
      explore,
      began,
      concurrency: compared.concurrency,
      signal,
      onResult: result => print(colorResult(result, rightSubject.baseUrl, colors)),
    });
    if (report.results.length === 0 && !report.stopped) {
      throw new UsageError(
        explore
          ? 'Nothing was compared: neither backend shows a route of express that may be asked. Name a file with requests: --requests file.yaml'
          : 'Nothing was compared: no request may be sent. Requests that change something need --database',
      );
    }
    print();
    const plugins = formatPlugins(report.results, colors);
    if (plugins.length > 1) print(`${plugins.join('\n')}\n`);
    if (report.coverage?.routes.length) {
      print(colors.dim(formatCoverage(report.coverage, report)));
    }
    print(colorVerdict(report, colors));
    printLogsOfDead(subjects, terminal);
    return report;
  } finally {
    await Promise.all(subjects.map(subject => subject.stop()));
    await identity?.close();
  }
}

function printLogsOfDead(subjects: readonly ParitySubject[], { note }: Terminal): void {
  for (const subject of subjects.filter(each => each.ended?.() && each.logs().trim() !== '')) {
    note(`The ${subject.name} backend printed at last:\n  ${lastLines(subject.logs())}`);
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n  ');
}

function describeReady(name: string, baseUrl: string, began: number): string {
  return `The ${name} backend answers at ${baseUrl} after ${((Date.now() - began) / 1000).toFixed(1)} s`;
}

/** A result whose mark shows the verdict; what explains it is dimmed. */
function colorResult(result: ParityResult, baseUrl: string, colors: Terminal['colors']): string {
  const [first, ...details] = formatResult(result, baseUrl).split('\n');
  const { green, cyan, red } = colors;
  const color = { matched: green, ignored: cyan, mismatched: red, missing: red }[result.verdict];
  return [`${color(first.slice(0, 1))}${first.slice(1)}`, ...details.map(colors.dim)].join('\n');
}

/** How many requests of each plugin had which verdict. */
function formatPlugins(results: readonly ParityResult[], colors: Terminal['colors']): string[] {
  const rows = [...countVerdicts(results)].map(([path, counts]) => [
    path,
    ...[counts.matched, counts.ignored, counts.mismatched, counts.missing].map(String),
  ]);
  return formatTable(
    ['path', 'identical', 'explained', 'different', 'missing'],
    rows,
    (cell, column, row) => {
      if (row === 'header') return colors.dim(cell);
      return column > 2 && Number(cell) > 0 ? colors.red(cell) : cell;
    },
  );
}

function colorVerdict(report: ParityReport, colors: Terminal['colors']): string {
  const [counts, verdict] = formatVerdict(report).split('\n');
  return `${counts}\n${colors.bold((report.equal ? colors.green : colors.red)(verdict))}`;
}
