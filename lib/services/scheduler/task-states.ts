import type { Knex } from 'knex';
import { sqlClock } from './sql-clock';
import { timeoutOf } from './task-settings';
import { TASKS_TABLE } from './task-table';

/** What the table says about the runs of a task, for people. Times are in the ISO format. */
export type TaskState = (
  | { status: 'running'; startedAt: string; timesOutAt?: string }
  | { status: 'idle'; startsAt?: string }
) & { lastRunEndedAt?: string; lastRunError?: string };

/** What the table says about each task, by id. */
export async function taskStates(
  knex: Knex,
  keepsLastRun: boolean,
): Promise<Map<string, TaskState>> {
  const { epoch } = sqlClock(knex);
  const rows = await knex(TASKS_TABLE).select({
    id: 'id',
    settingsJson: 'settings_json',
    nextStart: epoch('next_run_start_at'),
    startedAt: epoch('current_run_started_at'),
    expiresAt: epoch('current_run_expires_at'),
    ...(keepsLastRun && {
      lastRunEndedAt: epoch('last_run_ended_at'),
      lastRunError: 'last_run_error_json',
    }),
  } as object);
  return new Map(rows.map(row => [row.id, toState(row)]));
}

function toState(row: {
  settingsJson: string;
  nextStart: unknown;
  startedAt: unknown;
  expiresAt: unknown;
  lastRunEndedAt?: unknown;
  lastRunError?: string | null;
}): TaskState {
  const last = {
    lastRunEndedAt: toIso(toNumber(row.lastRunEndedAt)),
    lastRunError: row.lastRunError ?? undefined,
  };
  const startedAt = toNumber(row.startedAt);
  return startedAt === null
    ? { status: 'idle', startsAt: toIso(toNumber(row.nextStart)), ...last }
    : {
        status: 'running',
        startedAt: toIso(startedAt)!,
        // The expiry of a run is that of its lease, which is renewed until the run times out.
        timesOutAt: toIso(timeoutOf(row.settingsJson, startedAt) ?? toNumber(row.expiresAt)),
        ...last,
      };
}

/** Drivers give large and fractional numbers as text. */
export function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function toIso(seconds: number | null): string | undefined {
  return seconds === null ? undefined : new Date(Math.round(seconds * 1_000)).toISOString();
}
