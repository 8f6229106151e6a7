import { serializeError } from '@backstage/errors';
import type { Knex } from 'knex';
import { sqlClock } from './sql-clock';
import { parseTaskSettings } from './task-settings';
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

/** The error of a run as the table and the states of local tasks hold it. */
export function errorJson(error: Error): string {
  return JSON.stringify(
    serializeError(error, { includeStack: process.env.NODE_ENV === 'development' }),
  );
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
        timesOutAt: toIso(timeoutOf(row.settingsJson, startedAt) ?? toNumber(row.expiresAt)),
        ...last,
      };
}

/** The expiry of a run is that of its lease, which is renewed until the run times out. */
function timeoutOf(settingsJson: string, startedAt: number): number | undefined {
  try {
    return startedAt + parseTaskSettings(settingsJson).timeout;
  } catch {
    return undefined; // of a version that we do not know
  }
}

/** Drivers give large and fractional numbers as text. */
export function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function toIso(seconds: number | null): string | undefined {
  return seconds === null ? undefined : new Date(Math.round(seconds * 1_000)).toISOString();
}
