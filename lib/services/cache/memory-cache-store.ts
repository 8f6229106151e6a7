import type { JsonValue } from '@backstage/types';
import type { CacheStore } from './cache-store';

const FIRST_SWEEP_AT = 1_000;

/** Values as text, so that nobody changes what is cached, and since when they are too old. */
type Entry = { json: string | undefined; expiresAt: number };

/** A cache in this process. What has expired goes when it is asked for or when the cache has grown. */
export class MemoryCacheStore implements CacheStore {
  readonly #entries = new Map<string, Entry>();
  #sweepAt = FIRST_SWEEP_AT;

  async get(key: string): Promise<JsonValue | undefined> {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAt < Date.now()) {
      this.#entries.delete(key);
      return undefined;
    }
    return entry.json === undefined ? undefined : JSON.parse(entry.json);
  }

  async set(key: string, value: JsonValue, ttl?: number): Promise<void> {
    this.#entries.set(key, {
      json: JSON.stringify(value),
      expiresAt: ttl ? Date.now() + ttl : Infinity,
    });
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  /** Looks at each entry when as many have come as were left the last time, so a set costs the same on average. */
  #sweep(): void {
    const now = Date.now();
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAt < now) this.#entries.delete(key);
    }
    this.#sweepAt = Math.max(FIRST_SWEEP_AT, this.#entries.size * 2);
  }
}
