/** When an instance of a service was made, in milliseconds of `performance.now()`. */
export interface ServiceCreation {
  id: string;
  beginMs: number;
  /** When its dependencies were there. */
  readyMs?: number;
  endMs?: number;
}
