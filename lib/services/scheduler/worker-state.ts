/** What this process does for a task. */
export type WorkerState = { status: 'initial-wait' | 'idle' | 'running' };
