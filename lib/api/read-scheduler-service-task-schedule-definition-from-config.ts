import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds, type HumanDuration } from '@backstage/types';
import type { SchedulerServiceTaskScheduleDefinition } from './services';

/**
 * Reads the schedule of a task from configuration: `frequency` (a duration, `{ cron: '* * * * *' }` or
 * `{ trigger: 'manual' }`), `timeout`, and optionally `initialDelay`, `jitter` and `scope`. Durations are objects
 * such as `{ minutes: 10 }` or strings such as `10m` or `PT10M`.
 *
 * @throws InputError that says where in the configuration, when one is missing or not valid
 */
export function readSchedulerServiceTaskScheduleDefinitionFromConfig(
  config: Config,
): SchedulerServiceTaskScheduleDefinition {
  try {
    return readSchedule(config);
  } catch (error) {
    throw new InputError(
      `Invalid schedule in the configuration${placeOf(config)}, ${(error as Error).message}`,
      error as Error,
    );
  }
}

function readSchedule(config: Config): SchedulerServiceTaskScheduleDefinition {
  const scope = config.getOptionalString('scope');
  if (scope !== undefined && scope !== 'global' && scope !== 'local') {
    throw new InputError(
      `Only "global" or "local" are allowed for TaskScheduleDefinition.scope, but got: ${scope}`,
    );
  }
  return {
    frequency: readFrequency(config),
    timeout: readPositiveDuration(config, 'timeout'),
    initialDelay: config.has('initialDelay')
      ? readDurationFromConfig(config, { key: 'initialDelay' })
      : undefined,
    scope,
    ...(config.has('jitter') && { jitter: readDurationFromConfig(config, { key: 'jitter' }) }),
  };
}

function readFrequency(config: Config): SchedulerServiceTaskScheduleDefinition['frequency'] {
  const value = config.get<{ cron?: string; trigger?: string } | string>('frequency');
  if (typeof value === 'object') {
    if (value.cron) return { cron: readCronLine(config) };
    if (value.trigger === 'manual') return { trigger: 'manual' };
  }
  return readPositiveDuration(config, 'frequency');
}

function readCronLine(config: Config): string {
  const line = config.getString('frequency.cron');
  const { CronTime } = require('cron') as typeof import('cron');
  try {
    void new CronTime(line);
  } catch (error) {
    throw new InputError(
      `'frequency.cron' is not a cron line: '${line.slice(0, 200)}', ${(error as Error).message.slice(0, 200)}`,
    );
  }
  return line;
}

function readPositiveDuration(config: Config, key: string): HumanDuration {
  const duration = readDurationFromConfig(config, { key });
  if (!(durationToMilliseconds(duration) > 0)) {
    throw new InputError(`'${key}' is not a duration longer than zero`);
  }
  return duration;
}

/** A section knows its path, but tells it in the error about a missing value only. */
function placeOf(config: Config): string {
  const key = 'schedule-path';
  try {
    config.getString(key);
    return '';
  } catch (error) {
    const [, path] = /'([^']*)\.schedule-path'/.exec((error as Error).message) ?? [];
    return path ? ` at '${path}'` : '';
  }
}
