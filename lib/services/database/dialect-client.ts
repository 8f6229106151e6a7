/** What the dialects of knex have in common and its types leave out. */
export interface DialectClient {
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<void>;
  acquireRawConnection(): Promise<unknown>;
  destroyRawConnection(connection: unknown): Promise<unknown>;
  destroy(callback?: (error?: Error) => void): Promise<void>;
  pool?: {
    max: number;
    min: number;
    createTimeoutMillis: number;
    idleTimeoutMillis: number;
    /** Closes connections that have been idle for that long. */
    check(): void;
    destroy(): Promise<unknown>;
  };
  /** Of the server. */
  version?: string;
  /** Ours: the connections of the driver that the pool holds. */
  openConnections?: Set<unknown>;
  /** Ours: other plugins use the pool, too. */
  isPoolShared?: boolean;
}
