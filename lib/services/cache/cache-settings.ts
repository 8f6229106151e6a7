import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';

/** The kinds of cache that there is code for. */
export type CacheStoreName = 'memory' | 'redis' | 'valkey' | 'memcache' | 'infinispan';

const storeNames: CacheStoreName[] = ['memory', 'redis', 'valkey', 'memcache', 'infinispan'];

const DEFAULT_OPERATION_TIMEOUT_MILLIS = 2_000;

/** What `backend.cache` says about every kind of store. */
export interface CacheSettings {
  store: CacheStoreName;
  /** Milliseconds. */
  defaultTtl?: number;
  /** Milliseconds that one operation may take before it counts as a miss. */
  operationTimeout: number;
}

/**
 * Reads what all stores have in common.
 *
 * @param config the whole configuration
 * @throws InputError when it is not valid
 */
export function readCacheSettings(config: Config): CacheSettings {
  const store = (config.getOptionalString('backend.cache.store') || 'memory') as CacheStoreName;
  if (!storeNames.includes(store)) {
    throw new InputError(
      `Unknown cache store: ${store}, use one of '${storeNames.join("', '")}' in 'backend.cache.store'`,
    );
  }
  checkConnection(config, store);
  return {
    store,
    defaultTtl: readMilliseconds(config, 'backend.cache.defaultTtl'),
    operationTimeout:
      readMilliseconds(config, 'backend.cache.operationTimeout') ??
      DEFAULT_OPERATION_TIMEOUT_MILLIS,
  };
}

function checkConnection(config: Config, store: CacheStoreName): void {
  const connection = config.getOptional('backend.cache.connection');
  if (connection === undefined || typeof connection === 'string') return;
  if (typeof connection !== 'object' || Array.isArray(connection)) {
    throw new InputError(
      `backend.cache.connection must be a string or object, got ${Array.isArray(connection) ? 'array' : typeof connection}`,
    );
  }
  if (store !== 'redis') {
    throw new InputError(
      "backend.cache.connection object form is only supported when backend.cache.store is 'redis'",
    );
  }
}

function readMilliseconds(config: Config, key: string): number | undefined {
  const value = config.getOptional(key);
  if (value === undefined || typeof value === 'number') return value;
  return durationToMilliseconds(readDurationFromConfig(config, { key }));
}
