import type { JsonObject } from '@backstage/types';

/** What a worker process runs and where it reports. */
export interface WorkerOptions {
  kind: 'forklift' | 'stock' | 'legacy';
  /** The `backend.database` section. */
  database: JsonObject;
  tasks: number;
  /** Milliseconds. */
  cadence: number;
  /** Milliseconds. */
  timeout: number;
  /** Milliseconds that a run takes; some tens by default. */
  duration?: number;
  /** Gets a line of JSON for each begin and end of a run. */
  file: string;
}
