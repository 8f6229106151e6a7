import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

const KEY = 'backend.lifecycle.requestDrainTimeout';
const DEFAULT = 10_000;

/**
 * Reads `backend.lifecycle.requestDrainTimeout`: how long a shutdown waits for requests that are being
 * answered. Milliseconds. In development it does not wait, so that restarts are quick.
 */
export function readDrainTimeout(config: Config): number {
  if (config.has(KEY)) {
    return durationToMilliseconds(readDurationFromConfig(config, { key: KEY }));
  }
  return process.env.NODE_ENV === 'development' ? 0 : DEFAULT;
}
