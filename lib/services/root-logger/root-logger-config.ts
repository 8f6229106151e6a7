import type { Config } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type {
  WinstonLoggerLevelOverride,
  WinstonLoggerLevelOverrideMatchers,
} from './level-filter';
import { logLevels } from './log-levels';

/** What `backend.logger` configures. */
export interface RootLoggerConfig {
  level?: string;
  meta?: JsonObject;
  overrides: WinstonLoggerLevelOverride[];
  /** Words that are shown although they are secrets too. */
  allow: string[];
}

/** Reads `backend.logger`. Throws when the level of an override is none. */
export function readRootLoggerConfig(config: Config): RootLoggerConfig {
  const overrides = config.getOptionalConfigArray('backend.logger.overrides') ?? [];
  return {
    level: config.getOptionalString('backend.logger.level'),
    meta: config.getOptionalConfig('backend.logger.meta')?.get<JsonObject>(),
    overrides: overrides.map((override, index) => ({
      level: readLevel(override, index),
      matchers: override
        .getConfig('matchers')
        .get<WinstonLoggerLevelOverrideMatchers & JsonObject>(),
    })),
    allow: config.getOptionalStringArray('backend.logger.redaction.allow') ?? [],
  };
}

function readLevel(override: Config, index: number): string {
  const level = override.getString('level');
  if (!(level in logLevels)) {
    throw new Error(
      `Invalid config at backend.logger.overrides[${index}].level, '${level}' is not a valid logging level, must be one of 'error', 'warn', 'info' or 'debug'.`,
    );
  }
  return level;
}
