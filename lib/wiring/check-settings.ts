import type { RootConfigService } from '../api';
import { readBootFailurePolicy } from './boot-failure-policy';
import { readOrphanPolicy } from './orphan-modules';
import { readDurationMs, readText } from './read-setting';
import { SettingErrors } from './setting-errors';
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
  const errors = new SettingErrors();
  for (const read of READERS) {
    errors.attempt(() => read(config));
  }
  errors.throwIfAny();
}
