import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { SchedulerServiceTaskScheduleDefinition } from './services';

/**
 * Reads the schedule of a task from configuration: `frequency` (a duration, `{ cron: '* * * * *' }` or
 * `{ trigger: 'manual' }`), `timeout`, and optionally `initialDelay`, `jitter` and `scope`. Durations are objects
 * such as `{ minutes: 10 }` or strings such as `10m` or `PT10M`.
 *
 * @throws InputError when one is missing or not valid
 */
export function readSchedulerServiceTaskScheduleDefinitionFromConfig(
  config: Config,
): SchedulerServiceTaskScheduleDefinition {
  const scope = config.getOptionalString('scope');
  if (scope !== undefined && scope !== 'global' && scope !== 'local') {
    throw new InputError(
      `Only "global" or "local" are allowed for TaskScheduleDefinition.scope, but got: ${scope}`,
    );
  }
  return {
    frequency: readFrequency(config),
    timeout: readDurationFromConfig(config, { key: 'timeout' }),
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
    if (value.cron) return { cron: value.cron };
    if (value.trigger === 'manual') return { trigger: 'manual' };
  }
  return readDurationFromConfig(config, { key: 'frequency' });
}
