import type { CacheConnection, CacheConnectionEvents } from './cache-connection';
import type { RedisOptions } from './redis-options';

/** What the clients for one server and for a cluster have in common. */
interface RedisClient {
  readonly isOpen: boolean;
  /** A cluster has none. */
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  on(event: string, listener: (argument: any) => void): unknown;
  setMaxListeners(count: number): unknown;
}

/**
 * Connects to redis, once for all plugins. The client reconnects by itself; operations fail in the
 * meantime rather than wait in a queue, so that none runs late and overwrites something newer.
 */
export async function openRedisConnection(
  options: RedisOptions,
  events: CacheConnectionEvents,
): Promise<CacheConnection> {
  const {
    default: KeyvRedis,
    createClient,
    createCluster,
  } = require('@keyv/redis') as typeof import('@keyv/redis');
  const { connection, cluster, ...storeOptions } = options;
  const client = (cluster
    ? createCluster(cluster as unknown as Parameters<typeof createCluster>[0])
    : createClient({ disableOfflineQueue: true, ...connection })) as unknown as RedisClient;
  client.setMaxListeners(0); // each plugin's store listens

  let opening: Promise<unknown> | undefined;
  let settled = false;
  const firstError = new Promise<never>((_, reject) => {
    client.on('error', error => {
      settled = true;
      events.onError(error);
      reject(error);
    });
  });
  firstError.catch(() => {});
  const open = () => {
    opening = client.connect().then(() => {
      settled = true;
    });
    opening.catch(() => {}); // reported by the error event
  };
  open();

  return {
    storeFor(namespace) {
      const store = new KeyvRedis(client as any, { ...storeOptions, throwErrors: true });
      store.namespace = namespace;
      store.on('error', () => {}); // thrown too
      return store as any;
    },
    async ready() {
      if (!settled) await Promise.race([opening, firstError]);
      if (client.isReady === false) throw new Error('not connected');
    },
    reconnect() {
      if (!client.isOpen || client.isReady === false) return;
      client.disconnect().then(open, events.onError);
    },
    async close() {
      if (client.isOpen) await client.disconnect();
    },
  };
}
