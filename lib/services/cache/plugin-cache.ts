import { durationToMilliseconds, type HumanDuration, type JsonValue } from '@backstage/types';
import type { CacheService, CacheServiceOptions, CacheServiceSetOptions } from '../../api';
import type { CacheStore } from './cache-store';

/** The cache of one plugin. */
export class PluginCache implements CacheService {
  readonly #store: CacheStore;
  readonly #defaultTtl: number | undefined;

  constructor(store: CacheStore, defaultTtl: number | undefined) {
    this.#store = store;
    this.#defaultTtl = defaultTtl;
  }

  async get<TValue extends JsonValue>(key: string): Promise<TValue | undefined> {
    return (await this.#store.get(key)) as TValue | undefined;
  }

  async set(key: string, value: JsonValue, options: CacheServiceSetOptions = {}): Promise<void> {
    await this.#store.set(key, value, toMilliseconds(options.ttl) ?? this.#defaultTtl);
  }

  async delete(key: string): Promise<void> {
    await this.#store.delete(key);
  }

  /** @param options - none are given by published plugins that wrap the cache for old code */
  withOptions(options: CacheServiceOptions = {}): CacheService {
    return new PluginCache(this.#store, toMilliseconds(options.defaultTtl) ?? this.#defaultTtl);
  }
}

function toMilliseconds(ttl: number | HumanDuration | undefined | null): number | undefined {
  if (ttl === null) return undefined; // from code without types
  return typeof ttl === 'object' ? durationToMilliseconds(ttl) : ttl;
}
