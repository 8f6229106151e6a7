import type { RecordedLine } from './record-calls';

/** The calls of one side: for each request, such as `GET /api/tea`, those that each of them led to. */
export interface RecordedCalls {
  readonly ofRequests: ReadonlyMap<string, ReadonlyArray<readonly string[]>>;
  /** Made for no request: by scheduled tasks, at the start. */
  readonly background: readonly string[];
}

/** Reads what a backend has taken down, one line of JSON for each request and call. */
export function parseRecordedCalls(text: string): RecordedCalls {
  const ofRequests = new Map<string, string[][]>();
  const byId = new Map<string, string[]>();
  const background: string[] = [];
  for (const line of text.split('\n')) {
    const { id, method, url, outgoing } = (line ? JSON.parse(line) : {}) as Partial<RecordedLine>;
    const name = `${method} ${url}`;
    if (outgoing) {
      (byId.get(id ?? '') ?? background).push(name);
    } else if (id !== undefined) {
      const calls: string[] = [];
      byId.set(id, calls);
      const same = ofRequests.get(name);
      if (same) {
        same.push(calls);
      } else {
        ofRequests.set(name, [calls]);
      }
    }
  }
  return { ofRequests, background };
}
