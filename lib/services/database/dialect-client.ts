/** What the dialects of knex have in common and its types leave out. */
export interface DialectClient {
  acquireConnection(): Promise<unknown>;
  acquireRawConnection(): Promise<unknown>;
  destroyRawConnection(connection: unknown): Promise<unknown>;
  pool?: { max: number; min: number };
  /** Ours: the connections of the driver that the pool holds. */
  openConnections?: Set<unknown>;
}
