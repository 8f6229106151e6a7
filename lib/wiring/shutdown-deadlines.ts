import type { RootConfigService } from '../api';
import { readDurationMs } from './read-setting';
import { SettingErrors } from './setting-errors';

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
 * Reads `backend.lifecycle.shutdownTimeout`, 30 seconds unless told, and
 * `backend.lifecycle.serverShutdownDelay`.
 *
 * @throws InputError naming each that is no duration
 */
export function readShutdownDeadlines(config: RootConfigService | undefined): ShutdownDeadlines {
  const errors = new SettingErrors();
  const read = (key: string) => errors.attempt(() => readDurationMs(config, key));
  const hook = read('backend.lifecycle.shutdownTimeout') ?? DEFAULT_MS;
  const delay = read('backend.lifecycle.serverShutdownDelay') ?? 0;
  errors.throwIfAny();
  return { hook, beforeShutdownHook: hook + delay };
}
