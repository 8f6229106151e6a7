import type { JsonValue } from '@backstage/types';

/** Resolves when what it checks is ready; throws or rejects when it is not. */
export type RootHealthReadinessCheck = () => void | Promise<void>;

/** Answers the health endpoints. `status` is the HTTP status. */
export interface RootHealthService {
  getLiveness(): Promise<{ status: number; payload?: JsonValue }>;
  getReadiness(): Promise<{ status: number; payload?: JsonValue }>;
  /**
   * Makes readiness depend on a check, which each readiness probe runs. Stock Backstage has no such
   * method: plugins for both call it with `?.`.
   *
   * @param name - named in the answer of the probe while the check fails
   * @throws Error when there is a check of that name
   */
  addReadinessCheck?(name: string, check: RootHealthReadinessCheck): void;
}
