import { InputError } from '@backstage/errors';
import type { HumanDuration } from '@backstage/types';
import type { Duration } from 'luxon';
import type { SchedulerServiceTaskScheduleDefinition } from '../../api';
import { cron, luxon } from './lazy-modules';

const ID_LENGTH_LIMIT = 255;

/** The schedule of a task as the table keeps it. Version and names are those of stock Backstage. */
export type TaskSettings = {
  version: 2;
  /** A duration such as `PT10M`, a cron line, or `manual`. */
  cadence: string;
  timeoutAfterDuration: string;
  initialDelayDuration?: string;
  /** Not known to stock Backstage, which ignores it. */
  jitterDuration?: string;
};

/** A schedule in numbers. */
export interface TaskTiming {
  cadence: TaskCadence;
  /** Seconds. */
  timeout: number;
  /** Seconds. */
  initialDelay: number;
  /** Seconds. */
  jitter: number;
}

/** When a task runs. */
export type TaskCadence =
  | { type: 'every'; seconds: number }
  | { type: 'cron'; nextAfter(millis: number): number }
  | { type: 'manual' };

/** @throws InputError for what the table cannot hold */
export function checkTaskId(id: unknown): asserts id is string {
  if (typeof id !== 'string' || !id.trim()) {
    throw new InputError(`${id} is not a valid ID, expected non-empty string`);
  }
  if (id.length > ID_LENGTH_LIMIT || id.includes('\0')) {
    throw new InputError(
      `'${id.slice(0, 40).replaceAll('\0', '\\0')}…' is not a valid ID, expected at most ${ID_LENGTH_LIMIT} characters and no null character, got ${id.length}`,
    );
  }
}

/**
 * Turns the schedule that a plugin asks for into settings.
 *
 * @throws InputError for invalid durations and cron lines
 */
export function taskSettings(
  id: string,
  schedule: SchedulerServiceTaskScheduleDefinition,
): TaskSettings {
  const { Duration } = luxon();
  const toIso = (key: string, value: Duration | HumanDuration | undefined): string => {
    try {
      const duration = Duration.isDuration(value) ? value : Duration.fromObject(value ?? {});
      const iso = duration.isValid ? duration.toISO() : undefined;
      if (iso && (value !== undefined || key === 'jitter')) return iso;
    } catch {
      // reported below
    }
    throw invalid(id, key, value, 'expected a duration such as { minutes: 10 }');
  };
  const { frequency, timeout, initialDelay, jitter } = schedule;
  if (typeof frequency !== 'object' || frequency === null) {
    throw invalid(id, 'frequency', frequency, 'expected a duration, { cron } or { trigger }');
  }
  const cadence =
    'cron' in frequency
      ? frequency.cron
      : 'trigger' in frequency
        ? frequency.trigger
        : toIso('frequency', frequency);
  const settings: TaskSettings = {
    version: 2,
    cadence,
    initialDelayDuration: initialDelay && toIso('initialDelay', initialDelay),
    timeoutAfterDuration: toIso('timeout', timeout),
    ...(jitter && { jitterDuration: toIso('jitter', jitter) }),
  };
  try {
    taskTiming(settings);
  } catch (error) {
    throw new InputError(`Invalid schedule of task '${id}', ${(error as Error).message}`);
  }
  return settings;
}

/** Reads settings from the table. @throws Error when they are not of a version that we know */
export function parseTaskSettings(json: string): TaskTiming {
  const settings = JSON.parse(json) as TaskSettings;
  if (settings?.version !== 2) throw new Error(`unknown version ${settings?.version}`);
  return taskTiming(settings);
}

/** Puts settings into numbers. @throws Error when they are not valid */
export function taskTiming(settings: TaskSettings): TaskTiming {
  const { cadence, timeoutAfterDuration, initialDelayDuration, jitterDuration } = settings;
  return {
    cadence: parseCadence(cadence),
    timeout: seconds('timeout', timeoutAfterDuration, true),
    initialDelay: initialDelayDuration ? seconds('initialDelay', initialDelayDuration) : 0,
    jitter: jitterDuration ? seconds('jitter', jitterDuration) : 0,
  };
}

function parseCadence(cadence: string): TaskCadence {
  if (cadence === 'manual') return { type: 'manual' };
  if (typeof cadence === 'string' && cadence.startsWith('P')) {
    return { type: 'every', seconds: seconds('frequency', cadence, true) };
  }
  const { CronTime } = cron();
  try {
    const time = new CronTime(cadence);
    return {
      type: 'cron',
      nextAfter: millis => time.getNextDateFrom(new Date(millis)).toMillis(),
    };
  } catch (error) {
    throw new Error(
      `frequency: '${cadence}' is not a cron line, a duration or 'manual' (${(error as Error).message})`,
    );
  }
}

function seconds(key: string, iso: string, positive = false): number {
  const value = luxon().Duration.fromISO(iso).as('seconds');
  if (!Number.isFinite(value) || value < 0 || (positive && value === 0)) {
    throw new Error(`${key}: '${iso}' is not a duration longer than zero`);
  }
  return value;
}

function invalid(id: string, key: string, value: unknown, expected: string): InputError {
  return new InputError(
    `Invalid schedule of task '${id}', ${key}: ${JSON.stringify(value)}, ${expected}`,
  );
}
