import type { ParityResult } from 'backstage-forklift/parity';

/** The result of a request that was answered alike, or as the fields say. */
export function sampleResult(path: string, fields: Partial<ParityResult>): ParityResult {
  return {
    request: { method: 'GET', path, headers: {}, as: 'user' },
    verdict: 'matched',
    differences: [],
    left: { status: 200, duration: 5 },
    right: { status: 200, duration: 12 },
    ...fields,
  };
}
