import { createHash } from 'node:crypto';
import { isSafe, type ParityRequest } from '../request';

/** Leaves out requests that change nothing and are equal to an earlier one. */
export async function* uniqueRequests(
  requests: Iterable<ParityRequest> | AsyncIterable<ParityRequest>,
): AsyncGenerator<ParityRequest> {
  const seen = new Set<string>();
  for await (const request of requests) {
    // A digest: recorded requests may be millions, and long.
    const key = createHash('sha1').update(JSON.stringify(request)).digest('base64');
    if (!isSafe(request) || !seen.has(key)) {
      seen.add(key);
      yield request;
    }
  }
}
