import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { coreServices } from '../api';
import type { ServiceRegistry } from './service-registry';

const DEFAULT_MS = 30_000;
const TIMEOUT_KEY = 'backend.lifecycle.shutdownTimeout';
const DELAY_KEY = 'backend.lifecycle.serverShutdownDelay';

/** How long, in milliseconds, the steps of a shutdown may take. */
export interface ShutdownDeadlines {
  step: number;
  /** Longer by the time that the server keeps running on purpose. */
  beforeShutdown: number;
}

/** Reads `backend.lifecycle.shutdownTimeout`, 30 seconds unless told, if there is configuration. */
export async function readShutdownDeadlines(services: ServiceRegistry): Promise<ShutdownDeadlines> {
  const config = await services.peek(coreServices.rootConfig);
  const read = (key: string, fallback: number) =>
    config?.has(key) ? durationToMilliseconds(readDurationFromConfig(config, { key })) : fallback;
  try {
    const step = read(TIMEOUT_KEY, DEFAULT_MS);
    return { step, beforeShutdown: step + read(DELAY_KEY, 0) };
  } catch {
    // A backend with bad settings has failed to start because of them, and stops all the same.
    return { step: DEFAULT_MS, beforeShutdown: DEFAULT_MS };
  }
}
