import { EventEmitter } from 'node:events';
import { loadOptionalPackage } from '../load-optional-package';
import type { CacheConnection, CacheConnectionEvents } from './cache-connection';
import type { InfinispanOptions } from './infinispan-options';

/** What we use of the `infinispan` package. */
interface InfinispanClient {
  get(key: string): Promise<string | null | undefined>;
  put(key: string, value: string, options?: { lifespan?: string }): Promise<unknown>;
  remove(key: string): Promise<boolean>;
  clear(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  on?(event: 'error', listener: (error: Error) => void): void;
}

/** Connects to Infinispan, once for all plugins. */
export async function openInfinispanConnection(
  options: InfinispanOptions,
  events: CacheConnectionEvents,
): Promise<CacheConnection> {
  const infinispan = await loadOptionalPackage('infinispan', "'backend.cache.store: infinispan'");
  let client: Promise<InfinispanClient>;
  const connect = () => {
    client = infinispan.client(options.servers, options.client);
    client.then(
      opened => opened.on?.('error', events.onError),
      () => {}, // reported by the operation that waits for it
    );
  };
  connect();
  return {
    prefixKeys: true,
    storeFor: namespace => createStore(namespace, () => client),
    ready: async () => {
      try {
        await client;
      } catch (error) {
        connect();
        throw error;
      }
    },
    close: async () => {
      await (await client).disconnect();
    },
  };
}

function createStore(namespace: string, client: () => Promise<InfinispanClient>): any {
  return Object.assign(new EventEmitter(), {
    opts: {},
    namespace,
    get: async (key: string) => (await (await client()).get(key)) ?? undefined,
    set: async (key: string, value: string, ttl?: number) =>
      (await client()).put(key, value, ttl ? { lifespan: `${ttl}ms` } : {}),
    delete: async (key: string) => (await client()).remove(key),
    clear: async () => (await client()).clear(),
  });
}
