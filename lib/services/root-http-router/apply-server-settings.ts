import type { Server } from 'node:http';
import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

const DURATIONS = ['headersTimeout', 'requestTimeout', 'keepAliveTimeout', 'timeout'] as const;
const COUNTS = ['maxHeadersCount', 'maxRequestsPerSocket'] as const;

/** Node looks for requests that take too long this often, unless told otherwise. Milliseconds. */
const DEFAULT_CHECK_INTERVAL = 30_000;
const SHORTEST_CHECK_INTERVAL = 50;

/**
 * Applies `backend.server`, before the server listens: durations as milliseconds or anything that
 * `readDurationFromConfig` takes, and counts. A duration that is not understood leaves the default of
 * Node.js in place, as in stock Backstage; the check of the configuration tells of it.
 *
 * @throws Error when a count is not understood
 */
export function applyServerSettings(server: Server, config: Config): void {
  if (!config.has('backend.server')) {
    return;
  }
  for (const key of DURATIONS) {
    server[key] = readMilliseconds(config, `backend.server.${key}`) ?? server[key];
  }
  for (const key of COUNTS) {
    server[key] = config.getOptionalNumber(`backend.server.${key}`) ?? server[key];
  }
  checkOftenEnough(server);
}

function readMilliseconds(config: Config, key: string): number | undefined {
  const value = config.getOptional(key);
  if (value === undefined || typeof value === 'number') {
    return value;
  }
  try {
    return durationToMilliseconds(readDurationFromConfig(config, { key }));
  } catch {
    return undefined;
  }
}

/** Else a slow client would not be cut off after the time that is configured, but up to 30 s later. */
function checkOftenEnough(server: Server): void {
  const timeouts = [server.headersTimeout, server.requestTimeout].filter(timeout => timeout > 0);
  // An option of `createServer`, which keeps it here until the server listens.
  Object.assign(server, {
    connectionsCheckingInterval: Math.max(
      Math.min(DEFAULT_CHECK_INTERVAL, ...timeouts.map(timeout => timeout / 4)),
      SHORTEST_CHECK_INTERVAL,
    ),
  });
}
