/** An endpoint of a backend, as its router knows it. */
export interface ParityRoute {
  /** In capitals; `ALL` where every method is answered. */
  readonly method: string;
  /**
   * In the syntax of express, such as `/api/catalog/entities/by-uid/:uid`, with all mount paths. Where
   * it is a regular expression, that follows the mount path after a space.
   */
  readonly path: string;
  /** True for a handler that answers everything below its path, such as a proxy or static files. */
  readonly below?: true;
}
