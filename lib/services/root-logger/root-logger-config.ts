import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { assertConfig, checkConfig } from '../root-config/check/check-config';
import type {
  WinstonLoggerLevelOverride,
  WinstonLoggerLevelOverrideMatchers,
} from './level-filter';
import { logLevels } from './log-levels';

const KEY = 'backend.logger';

/** A transport of winston: its kind and the options that it has there. */
export interface TransportConfig {
  type: 'console' | 'file' | 'http';
  options: JsonObject;
}

/** What `backend.logger` configures. */
export interface RootLoggerConfig {
  level?: string;
  meta?: JsonObject;
  format?: 'json' | 'text';
  transports?: TransportConfig[];
}

/** What `backend.logger` configures that follows the configuration when it changes. */
export interface LiveRootLoggerConfig {
  overrides: WinstonLoggerLevelOverride[];
  /** Words that are shown although they are secrets too. */
  allow: string[];
}

/** Reads `backend.logger`. @throws InputError that names the wrong value */
export function readRootLoggerConfig(config: Config): RootLoggerConfig {
  assertConfig(checkConfig(config, KEY));
  const level = config.getOptionalString(`${KEY}.level`);
  const format = config.getOptionalString(`${KEY}.format`);
  return {
    level: level && level in logLevels ? level : undefined,
    meta: config.getOptionalConfig(`${KEY}.meta`)?.get<JsonObject>(),
    format: format as RootLoggerConfig['format'],
    transports: config.getOptionalConfigArray(`${KEY}.transports`)?.map(readTransport),
  };
}

/** Reads the part that may change. @throws InputError that names the wrong value */
export function readLiveRootLoggerConfig(config: Config): LiveRootLoggerConfig {
  const overrides = config.getOptionalConfigArray(`${KEY}.overrides`) ?? [];
  return {
    overrides: overrides.map((override, index) => ({
      level: readOverrideLevel(override, index),
      matchers: override
        .getConfig('matchers')
        .get<WinstonLoggerLevelOverrideMatchers & JsonObject>(),
    })),
    allow: config.getOptionalStringArray(`${KEY}.redaction.allow`) ?? [],
  };
}

function readTransport(transport: Config): TransportConfig {
  const { type, ...options } = transport.get<TransportConfig & JsonObject>();
  if (type === 'file') {
    transport.getString('filename');
  }
  return { type, options };
}

function readOverrideLevel(override: Config, index: number): string {
  const level = override.getString('level');
  if (!(level in logLevels)) {
    throw new InputError(
      `Invalid config at ${KEY}.overrides[${index}].level, '${level}' is not a valid logging level, must be one of 'error', 'warn', 'info' or 'debug'.`,
    );
  }
  return level;
}
