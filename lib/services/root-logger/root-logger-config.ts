import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type {
  WinstonLoggerLevelOverride,
  WinstonLoggerLevelOverrideMatchers,
} from './level-filter';
import { logLevels } from './log-levels';

const KEY = 'backend.logger';
const FORMATS = ['json', 'text'] as const;
const TRANSPORTS = ['console', 'file', 'http'] as const;

/** A transport of winston: its kind and the options that it has there. */
export interface TransportConfig {
  type: (typeof TRANSPORTS)[number];
  options: JsonObject;
}

/** What `backend.logger` configures. */
export interface RootLoggerConfig {
  level?: string;
  meta?: JsonObject;
  format?: (typeof FORMATS)[number];
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
  const level = config.getOptionalString(`${KEY}.level`);
  const format = config.getOptionalString(`${KEY}.format`);
  return {
    level: level && check(`${KEY}.level`, level, Object.keys(logLevels)),
    meta: config.getOptionalConfig(`${KEY}.meta`)?.get<JsonObject>(),
    format: format === undefined ? undefined : check(`${KEY}.format`, format, FORMATS),
    transports: config
      .getOptionalConfigArray(`${KEY}.transports`)
      ?.map((transport, index) => readTransport(transport, `${KEY}.transports[${index}]`)),
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

function readTransport(transport: Config, key: string): TransportConfig {
  const { type: _, ...options } = transport.get<JsonObject>();
  const type = check(`${key}.type`, transport.getString('type'), TRANSPORTS);
  if (options.level !== undefined) {
    check(`${key}.level`, transport.getString('level'), Object.keys(logLevels));
  }
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

function check<T extends string>(key: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find(option => option === value);
  if (found === undefined) {
    throw new InputError(
      `Invalid config at ${key}, '${value}' must be one of ${allowed.map(option => `'${option}'`).join(', ')}`,
    );
  }
  return found;
}
