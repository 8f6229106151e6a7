import type { HumanDuration, JsonValue } from '@backstage/types';

/** Options of {@link CacheService.set}. */
export type CacheServiceSetOptions = {
  /** Milliseconds, or a duration. */
  ttl?: number | HumanDuration;
};

/** Options of {@link CacheService.withOptions}. */
export type CacheServiceOptions = {
  /** Milliseconds, or a duration. */
  defaultTtl?: number | HumanDuration;
};

/** A key-value store of a plugin. */
export interface CacheService {
  get<TValue extends JsonValue>(key: string): Promise<TValue | undefined>;
  set(key: string, value: JsonValue, options?: CacheServiceSetOptions): Promise<void>;
  delete(key: string): Promise<void>;
  withOptions(options: CacheServiceOptions): CacheService;
}
