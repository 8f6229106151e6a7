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
  let client: Promise<InfinispanClient> | undefined;
  const connect = () => {
    if (!client) {
      client = infinispan.client(options.servers, options.client) as Promise<InfinispanClient>;
      client.then(
        opened => opened.on?.('error', events.onError),
        () => {}, // reported by the operation that waits for it
      );
    }
    return client;
  };
  /** The client does not connect again by itself. */
  const drop = (failed: Promise<InfinispanClient> | undefined) => {
    if (!failed || failed !== client) return;
    client = undefined;
    void failed.then(opened => opened.disconnect()).catch(() => {});
  };
  const use: UseClient = async operation => {
    const current = connect();
    try {
      return await operation(await current);
    } catch (error) {
      drop(current);
      throw error;
    }
  };
  return {
    prefixKeys: true,
    storeFor: namespace => createStore(namespace, use),
    reconnect: () => drop(client),
    close: async () => drop(client),
  };
}

type UseClient = <TResult>(
  operation: (client: InfinispanClient) => Promise<TResult>,
) => Promise<TResult>;

function createStore(namespace: string, use: UseClient): any {
  return Object.assign(new EventEmitter(), {
    opts: {},
    namespace,
    get: async (key: string) => (await use(client => client.get(key))) ?? undefined,
    set: (key: string, value: string, ttl?: number) =>
      // It takes whole numbers only.
      use(client => client.put(key, value, ttl ? { lifespan: `${Math.ceil(ttl)}ms` } : {})),
    delete: (key: string) => use(client => client.remove(key)),
    clear: () => use(client => client.clear()),
  });
}
