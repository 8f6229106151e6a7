import type { JsonValue } from '@backstage/types';

/** Answers the health endpoints. `status` is the HTTP status. */
export interface RootHealthService {
  getLiveness(): Promise<{ status: number; payload?: JsonValue }>;
  getReadiness(): Promise<{ status: number; payload?: JsonValue }>;
}
