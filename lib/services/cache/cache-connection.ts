import type { KeyvStoreAdapter } from 'keyv';

/** A connection to a cache server, shared by all plugins. */
export interface CacheConnection {
  /** The store of a plugin, in the key format of stock Backstage. */
  storeFor(namespace: string): KeyvStoreAdapter;
  /** True when keys get `<namespace>:` before them in addition to what the store does. */
  readonly prefixKeys?: boolean;
  /** Waits for the first connection; later rejects at once while there is none. */
  ready?(): Promise<void>;
  /** Opens a new connection, for when the server has stopped answering on this one. */
  reconnect?(): void;
  /** True for the error of a server that works, but does not take this value. */
  refuses?(error: Error): boolean;
  close(): Promise<void>;
}

/** What a connection reports. */
export interface CacheConnectionEvents {
  onError(error: Error): void;
}
