import type { Server } from 'node:http';
import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

const DURATIONS = ['headersTimeout', 'requestTimeout', 'keepAliveTimeout', 'timeout'] as const;
const COUNTS = ['maxHeadersCount', 'maxRequestsPerSocket'] as const;

/**
 * Applies `server`: durations as milliseconds or anything that `readDurationFromConfig` takes, and
 * counts.
 *
 * @param config - the `backend` section
 * @param warn - told about a duration that is not understood, which is then left alone
 */
export function applyServerSettings(
  server: Server,
  config: Config | undefined,
  warn: (message: string) => void,
): void {
  const settings = config?.getOptionalConfig('server');
  if (!settings) {
    return;
  }
  for (const key of DURATIONS) {
    if (settings.has(key)) {
      try {
        server[key] = readMilliseconds(settings, key);
      } catch (error) {
        warn(
          `Ignoring backend.server.${key}: ${error}. Expected milliseconds (30000), a duration ('30s', 'PT30S') or an object ({ seconds: 30 }).`,
        );
      }
    }
  }
  for (const key of COUNTS) {
    server[key] = settings.getOptionalNumber(key) ?? server[key];
  }
}

function readMilliseconds(config: Config, key: string): number {
  const value = config.get(key);
  return typeof value === 'number'
    ? value
    : durationToMilliseconds(readDurationFromConfig(config, { key }));
}
