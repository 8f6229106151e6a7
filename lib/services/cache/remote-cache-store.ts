import type { JsonValue } from '@backstage/types';
import type { Keyv } from 'keyv';
import { cacheKey } from './cache-key';
import type { CacheConnection } from './cache-connection';
import { RefusedError, UnserializableError, type CacheGuard } from './cache-guard';
import type { CacheStore } from './cache-store';

/** The cache of one plugin on a server. The connection opens at the first operation. */
export class RemoteCacheStore implements CacheStore {
  readonly #namespace: string;
  readonly #connect: () => Promise<CacheConnection>;
  readonly #guard: CacheGuard;
  #keyv?: Promise<Keyv>;

  constructor(namespace: string, connect: () => Promise<CacheConnection>, guard: CacheGuard) {
    this.#namespace = namespace;
    this.#connect = connect;
    this.#guard = guard;
  }

  async get(key: string): Promise<JsonValue | undefined> {
    return this.#run(keyv => keyv.get<JsonValue>(cacheKey(key)));
  }

  async set(key: string, value: JsonValue, ttl?: number): Promise<void> {
    if (typeof value === 'symbol') throw new TypeError('A symbol cannot be stored in a cache');
    // Servers take whole numbers only, and none for what has already expired.
    if (ttl !== undefined && ttl < 0) return this.delete(key);
    const millis = Number.isFinite(ttl) ? Math.ceil(ttl!) : undefined;
    await this.#run(keyv => keyv.set(cacheKey(key), value, millis));
  }

  async delete(key: string): Promise<void> {
    await this.#run(keyv => keyv.delete(cacheKey(key)));
  }

  async #run<TResult>(operation: (keyv: Keyv) => Promise<TResult>): Promise<TResult | undefined> {
    // Outside the time limit: loading the client of the server takes longer than to use it.
    const connection = await this.#connect();
    this.#keyv ??= this.#createKeyv(connection);
    const keyv = await this.#keyv;
    return this.#guard.run(
      async () => {
        await connection.ready?.();
        try {
          return await operation(keyv);
        } catch (error) {
          const refused = connection.refuses?.(error as Error);
          throw refused ? new RefusedError(this.#namespace, error as Error) : error;
        }
      },
      () => connection.reconnect?.(),
    );
  }

  async #createKeyv(connection: CacheConnection): Promise<Keyv> {
    const { Keyv: KeyvClass } = require('keyv') as typeof import('keyv');
    const keyv = new KeyvClass({
      namespace: this.#namespace,
      store: connection.storeFor(this.#namespace),
      useKeyPrefix: connection.prefixKeys ?? false,
      emitErrors: false,
      throwOnErrors: true,
    });
    const serialize = keyv.serialize!;
    keyv.serialize = data => {
      try {
        return serialize(data);
      } catch (error) {
        throw new UnserializableError(error);
      }
    };
    return keyv;
  }
}
