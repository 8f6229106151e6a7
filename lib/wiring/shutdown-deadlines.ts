import type { RootConfigService } from '../api';
import { readDurationMs } from './read-setting';

const DEFAULT_MS = 30_000;

/** How long, in milliseconds, hooks at shutdown may take. */
export interface ShutdownDeadlines {
  hook: number;
  /** Longer by the time that the server keeps running on purpose. */
  beforeShutdownHook: number;
}

/** What holds as long as there is no telling. */
export const DEFAULT_DEADLINES: ShutdownDeadlines = {
  hook: DEFAULT_MS,
  beforeShutdownHook: DEFAULT_MS,
};

/**
 * Reads `backend.lifecycle.shutdownTimeout`, 30 seconds unless told.
 *
 * @throws InputError when a duration is none
 */
export function readShutdownDeadlines(config: RootConfigService | undefined): ShutdownDeadlines {
  const hook = readDurationMs(config, 'backend.lifecycle.shutdownTimeout') ?? DEFAULT_MS;
  const delay = readDurationMs(config, 'backend.lifecycle.serverShutdownDelay') ?? 0;
  return { hook, beforeShutdownHook: hook + delay };
}
