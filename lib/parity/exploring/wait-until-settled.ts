import { setTimeout as delay } from 'node:timers/promises';
import type { Comparison } from '../comparison';
import { readJson, type ParityResponse } from '../exchange';
import type { ParityRequest } from '../request';

/** How long backends may take to settle, in milliseconds. */
const TIMEOUT = 60_000;
const INTERVAL = 500;
/** What takes longer to answer, such as an endless stream, says nothing. */
const PROBE_TIMEOUT = 2_000;

/**
 * Waits until a backend that has just started has read in what it works with: until the answers of both
 * sides to the same requests have not become larger or smaller for a while.
 *
 * @param quiet - for how long, in milliseconds
 */
export async function waitUntilSettled(
  comparison: Pick<Comparison, 'ask'>,
  requests: readonly ParityRequest[],
  quiet: number,
  signal?: AbortSignal,
): Promise<void> {
  const giveUp = Date.now() + TIMEOUT;
  const probes = { left: new Set(requests), right: new Set(requests) };
  let last: string | undefined;
  let since = Date.now();
  while (requests.length > 0 && !signal?.aborted && Date.now() < giveUp) {
    const sizes = await Promise.all(
      (['left', 'right'] as const).map(side => measure(comparison, side, probes[side])),
    );
    const now = sizes.flat().join();
    if (now !== last) {
      last = now;
      since = Date.now();
    }
    if (Date.now() - since >= quiet) {
      return;
    }
    await delay(Math.min(INTERVAL, quiet), undefined, { signal }).catch(() => {});
  }
}

/** Leaves out from then on what does not answer. */
async function measure(
  comparison: Pick<Comparison, 'ask'>,
  side: 'left' | 'right',
  probes: Set<ParityRequest>,
): Promise<number[]> {
  const sizes: number[] = [];
  for (const request of probes) {
    const response = await comparison.ask(side, request, PROBE_TIMEOUT);
    if (response) {
      sizes.push(sizeOf(response));
    } else {
      probes.delete(request);
    }
  }
  return sizes;
}

/** How many values an answer has: counters and times change, but are no reason to wait. */
function sizeOf(response: ParityResponse): number {
  const json = readJson(response);
  return json ? countValues(json.value) : response.status;
}

function countValues(value: unknown): number {
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 1)
    : 1;
}
