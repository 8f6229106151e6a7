import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import type { RootConfigService } from '../api';
import { invalidSetting, wiringError } from './errors';

/**
 * Reads a setting that is one of several words.
 *
 * @throws InputError naming the key, the words and the value when it is none of them
 */
export function readChoice<T extends string>(
  config: RootConfigService | undefined,
  key: string,
  choices: readonly T[],
): T | undefined {
  const value = read(config, key);
  if (value !== undefined && !choices.includes(value as T)) {
    throw invalidSetting(key, value, choices.map(choice => `'${choice}'`).join(' or '));
  }
  return value as T | undefined;
}

/**
 * Reads a setting that is any text.
 *
 * @throws InputError naming the key and the value when it is none
 */
export function readText(config: RootConfigService | undefined, key: string): string | undefined {
  const value = read(config, key);
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    throw invalidSetting(key, value, 'a text');
  }
  return value as string | undefined;
}

/**
 * Reads a duration, in milliseconds.
 *
 * @throws InputError naming the key and the value when it is none
 */
export function readDurationMs(
  config: RootConfigService | undefined,
  key: string,
): number | undefined {
  const value = read(config, key);
  if (config === undefined || value === undefined) {
    return undefined;
  }
  try {
    const ms = durationToMilliseconds(readDurationFromConfig(config, { key }));
    if (ms >= 0) {
      return ms;
    }
  } catch {
    // The message below says more than its error.
  }
  throw invalidSetting(key, value, `a duration such as '30s', 'PT30S' or { seconds: 30 }`);
}

/** The names below a key. */
export function readKeys(config: RootConfigService | undefined, key: string): string[] {
  const value = read(config, key);
  if (value === undefined) {
    return [];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidSetting(key, value, 'an object');
  }
  return Object.keys(value);
}

function read(config: RootConfigService | undefined, key: string): unknown {
  try {
    return config?.getOptional(key);
  } catch (error) {
    // Something above it is no object.
    throw wiringError('INVALID_CONFIG', `The setting '${key}' cannot be read, ${error}`, error);
  }
}
