import { durationToMilliseconds } from '@backstage/types';
import { LegacyPluginError } from './errors';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { withTimeout } from './with-timeout';

const FIVE_MINUTES = 300_000;

/**
 * Does a part of the start of a legacy plugin within the time that its option `startTimeout` gives.
 *
 * @param what - is the case when the time is over, for example `createRouter has not returned`
 * @throws LegacyPluginError when the time is over
 */
export async function limitTime<TResult>(
  definition: LegacyPluginDefinition,
  what: string,
  work: () => Promise<TResult>,
): Promise<TResult> {
  const { startTimeout = FIVE_MINUTES } = definition.options;
  const limit =
    typeof startTimeout === 'number' ? startTimeout : durationToMilliseconds(startTimeout);
  return withTimeout(work(), limit, () => {
    const reason =
      `${what} after ${limit / 1000} s. Look for a promise that never settles, or give it more ` +
      `time with the option startTimeout`;
    return new LegacyPluginError('TIMEOUT', definition, reason);
  });
}
