import { clockTime } from './clock-time';
import type { GlobalTask } from './global-task';
import type { TaskRow } from './task-store';

/** This many due tasks one process takes at once; of more it leaves half to the other processes. */
const FAIR_SHARE = 5;

/** A task of this process and its row in the table. */
export interface DueTask {
  task: GlobalTask;
  row: TaskRow;
}

/**
 * The tasks that this process may run now.
 *
 * @param now seconds since 1970 by the clock of the database
 */
export function dueTasks(
  tasks: ReadonlyMap<string, GlobalTask>,
  rows: TaskRow[],
  now: number,
): DueTask[] {
  return rows.flatMap(row => {
    const task = tasks.get(row.id);
    return task && millisUntilDue(task, row, now) <= 0 ? [{ task, row }] : [];
  });
}

/** Milliseconds until this process may run a task, by what the table says at present. */
export function millisUntilDue(task: GlobalTask, row: TaskRow, now: number): number {
  if (task.current || row.ticket !== null || row.nextStart === null) return Infinity;
  const time = clockTime();
  const wait = (row.nextStart - now) * 1_000;
  // Two roundings take less than two seconds off: a task that is due for longer was triggered.
  const held = Math.min(task.heldUntil - time, wait + 2_000);
  return Math.max(wait, held, task.notBefore - time);
}

/** Those of the due tasks that this process takes at once, in random order. */
export function fairShare(due: DueTask[]): DueTask[] {
  return shuffled(due).slice(0, Math.max(FAIR_SHARE, Math.ceil(due.length / 2)));
}

function shuffled<T>(list: T[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
