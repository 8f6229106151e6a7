import type { RootConfigService } from '../api';
import { readBootFailurePolicy } from './boot-failure-policy';
import { invalidSettings, toError } from './errors';
import { readOrphanPolicy } from './orphan-modules';
import { readDurationMs, readText } from './read-setting';
import { readShutdownDeadlines } from './shutdown-deadlines';
import { readStartupFailurePolicy } from './startup-failure-policy';
import { readReactions } from './unhandled-errors';

type Config = RootConfigService | undefined;

const READERS: Array<(config: Config) => unknown> = [
  readStartupFailurePolicy,
  readOrphanPolicy,
  readBootFailurePolicy,
  config => readText(config, 'backend.startup.report'),
  readReactions,
  readShutdownDeadlines,
  config => readDurationMs(config, 'backend.lifecycle.startupRequestPauseTimeout'),
  config => readDurationMs(config, 'backend.lifecycle.requestDrainTimeout'),
];

/**
 * Checks the settings of start and shutdown before anything starts, some of which are not needed
 * before something has gone wrong.
 *
 * @throws InputError naming every setting that is not as it should be
 */
export function checkSettings(config: Config): void {
  const errors = READERS.flatMap(read => {
    try {
      read(config);
      return [];
    } catch (error) {
      return [toError(error)];
    }
  });
  if (errors.length > 0) {
    throw invalidSettings(errors);
  }
}
