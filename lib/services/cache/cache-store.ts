import type { JsonValue } from '@backstage/types';

/** Where the cache of one plugin lives. */
export interface CacheStore {
  get(key: string): Promise<JsonValue | undefined>;
  /** @param ttl milliseconds; none or 0 keeps the value for good */
  set(key: string, value: JsonValue, ttl?: number): Promise<void>;
  delete(key: string): Promise<void>;
}
