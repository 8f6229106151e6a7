import { readFileSync } from 'node:fs';

/** One run of a task as its process reported it. Times are milliseconds since 1970. */
export interface ReportedRun {
  task: number;
  process: number;
  begin: number;
  /** Missing when the process was killed during the run. */
  end?: number;
}

/** The runs in a report, by task and in the order in which they began. */
export function readRuns(file: string): Map<number, ReportedRun[]> {
  const runs = new Map<string, ReportedRun>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const entry: ReportedRun = JSON.parse(line);
    runs.set(`${entry.task} ${entry.process} ${entry.begin}`, entry);
  }
  const byTask = new Map<number, ReportedRun[]>();
  for (const run of runs.values()) {
    byTask.set(run.task, [...(byTask.get(run.task) ?? []), run]);
  }
  for (const list of byTask.values()) list.sort((a, b) => a.begin - b.begin);
  return byTask;
}

/** Pairs of runs of one task that were underway at the same time. */
export function overlaps(
  runs: Map<number, ReportedRun[]>,
  processEnd: (pid: number) => number,
): Array<[ReportedRun, ReportedRun]> {
  return [...runs.values()].flatMap(list =>
    list.slice(1).flatMap((run, index): Array<[ReportedRun, ReportedRun]> => {
      const before = list[index];
      return run.begin < (before.end ?? processEnd(before.process)) ? [[before, run]] : [];
    }),
  );
}

/** The longest time in milliseconds from one begin to the next, over all tasks. */
export function longestGap(runs: Map<number, ReportedRun[]>, until: number): number {
  return Math.max(
    ...[...runs.values()].flatMap(list =>
      list.map((run, index) => (list[index + 1]?.begin ?? until) - run.begin),
    ),
  );
}
