import { InputError } from '@backstage/errors';
import type { HumanDuration } from '@backstage/types';
import type { CronTime } from 'cron';
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
export function checkTaskId(pluginId: string, id: unknown): asserts id is string {
  if (typeof id !== 'string' || !id.trim()) {
    throw new InputError(
      `${id} is not a valid ID, expected non-empty string (task of plugin '${pluginId}')`,
    );
  }
  if (/\p{Surrogate}/u.test(id)) {
    throw new InputError(
      `'${shortened(id)}' is not a valid ID, it has half a character in it (task of plugin '${pluginId}')`,
    );
  }
  if (id.length > ID_LENGTH_LIMIT || id.includes('\0')) {
    throw new InputError(
      `'${shortened(id).replaceAll('\0', '\\0')}' is not a valid ID, expected at most ${ID_LENGTH_LIMIT} characters and no null character, got ${id.length} (task of plugin '${pluginId}')`,
    );
  }
}

/**
 * Turns the schedule that a plugin asks for into settings.
 *
 * @throws InputError for invalid durations and cron lines
 */
export function taskSettings(
  pluginId: string,
  id: string,
  schedule: SchedulerServiceTaskScheduleDefinition,
): TaskSettings {
  const { Duration } = luxon();
  const invalid = (reason: string) =>
    new InputError(`Invalid schedule of task '${id}' of plugin '${pluginId}', ${reason}`);
  const toIso = (key: string, value: Duration | HumanDuration | undefined): string => {
    try {
      const duration = Duration.isDuration(value) ? value : Duration.fromObject(value ?? {});
      const iso = duration.isValid ? duration.toISO() : undefined;
      if (iso && (value !== undefined || key === 'jitter')) return iso;
    } catch {
      // reported below
    }
    throw invalid(
      `${key}: ${shortened(JSON.stringify(value))}, expected a duration such as { minutes: 10 }`,
    );
  };
  const { frequency, timeout, initialDelay, jitter } = schedule;
  if (typeof frequency !== 'object' || frequency === null) {
    throw invalid(
      `frequency: ${shortened(JSON.stringify(frequency))}, expected a duration, { cron } or { trigger }`,
    );
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
    checkTiming(taskTiming(settings), cadence);
  } catch (error) {
    throw invalid((error as Error).message);
  }
  return settings;
}

/** Reads settings from the table. @throws Error when they are not of a version that we know */
export function parseTaskSettings(json: string): TaskTiming {
  const settings = JSON.parse(json) as TaskSettings;
  if (settings?.version !== 2) throw new Error(`unknown version ${settings?.version}`);
  return taskTiming(settings);
}

/** When a run times out that began then, in seconds; undefined for settings of a version that we do not know. */
export function timeoutOf(settingsJson: string, startedAt: number): number | undefined {
  try {
    return startedAt + parseTaskSettings(settingsJson).timeout;
  } catch {
    return undefined;
  }
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

/** Some cron lines name days that never come, such as the 30th of February. */
function checkTiming(timing: TaskTiming, line: string): void {
  if (timing.cadence.type !== 'cron') return;
  try {
    timing.cadence.nextAfter(Date.now());
  } catch {
    throw new Error(`frequency: no day matches the cron line '${shortened(line)}'`);
  }
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
      nextAfter: millis => {
        const next = time.getNextDateFrom(new Date(millis)).toMillis();
        return isForEveryHour(cadence) ? Math.min(next, nextInOffset(time, millis)) : next;
      },
    };
  } catch (error) {
    throw new Error(
      `frequency: '${shortened(cadence)}' is not a cron line, a duration or 'manual' (${shortened((error as Error).message)})`,
    );
  }
}

/** Whether a line has `*` for hours, days and months. */
function isForEveryHour(line: string): boolean {
  return /(\s\*){4}$/.test(line.trim());
}

/** As if clocks were not put back: the hour that then comes twice is left out the second time otherwise. */
function nextInOffset(time: CronTime, millis: number): number {
  const { DateTime, FixedOffsetZone } = luxon();
  const zone = FixedOffsetZone.instance(DateTime.fromMillis(millis).offset);
  return time.getNextDateFrom(new Date(millis), zone).toMillis();
}

function seconds(key: string, iso: string, positive = false): number {
  const value = luxon().Duration.fromISO(iso).as('seconds');
  if (!Number.isFinite(value) || value < 0 || (positive && value === 0)) {
    throw new Error(`${key}: '${iso}' is not a duration longer than zero`);
  }
  return value;
}

/** Enough of a text to recognise it in a message. */
function shortened(text: string | undefined): string {
  const limit = 200;
  return text && text.length > limit ? `${text.slice(0, limit)}…` : String(text);
}
