import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

/** How long requests and the server wait while a backend starts and stops. Milliseconds. */
export interface LifecycleTimeouts {
  /** How long a request waits for a plugin that has not started. */
  startupRequestPause: number;
  /** How long a shutdown waits for requests that are being answered. Not at all in development. */
  requestDrain: number;
  /** How long a backend that stops goes on as before, while traffic is led elsewhere. */
  serverShutdownDelay: number;
}

/**
 * Reads `backend.lifecycle`.
 *
 * @throws Error when a duration is malformed
 */
export function readLifecycleTimeouts(config: Config): LifecycleTimeouts {
  const read = (name: string, fallback: number) => {
    const key = `backend.lifecycle.${name}`;
    return config.has(key)
      ? durationToMilliseconds(readDurationFromConfig(config, { key }))
      : fallback;
  };
  return {
    startupRequestPause: read('startupRequestPauseTimeout', 5_000),
    requestDrain: read('requestDrainTimeout', process.env.NODE_ENV === 'development' ? 0 : 10_000),
    serverShutdownDelay: read('serverShutdownDelay', 0),
  };
}
