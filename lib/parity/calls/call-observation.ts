import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maskAddress } from '../mask-secrets';
import { nodeOptionsWith } from '../node-options';
import type { ParityObservation, ParitySide } from '../observation';
import { parseRecordedCalls, type RecordedCalls } from './recorded-calls';

/** Has two backends take down the HTTP calls that they make to others. */
export interface CallRecords {
  /** The environment in which each of them does. */
  readonly env: Readonly<Record<ParitySide, NodeJS.ProcessEnv>>;
  readonly observation: ParityObservation;
  remove(): Promise<void>;
}

/** Where calls are named that were made for no request. */
const BACKGROUND = '(in the background)';

/**
 * Records for backends that are started by a command and run on Node.js. Compared are, for each request,
 * how often which address was called; of calls in the background, only which. What a backend calls of its
 * own is left out.
 *
 * @param env - the environment that the backends get otherwise
 */
export async function createCallRecords(
  env: NodeJS.ProcessEnv = process.env,
): Promise<CallRecords> {
  const folder = await mkdtemp(join(tmpdir(), 'forklift-calls-'));
  const file = (side: ParitySide) => join(folder, `${side}.jsonl`);
  const envOf = (side: ParitySide) => ({
    FORKLIFT_CALLS: file(side),
    NODE_OPTIONS: nodeOptionsWith(env, require.resolve('./record-calls')),
  });
  const read = async (side: ParitySide) =>
    parseRecordedCalls(await readFile(file(side), 'utf8').catch(() => ''));
  return {
    env: { left: envOf('left'), right: envOf('right'), copy: envOf('copy') },
    observation: {
      name: 'CALLS',
      read: async side => {
        const own = await read(side);
        return placesOf(own, await read(side === 'left' ? 'right' : 'left'));
      },
    },
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Only as many of the same requests count as the other side got: the left side is asked again where its
 * answers are noisy.
 */
function placesOf(own: RecordedCalls, other: RecordedCalls): Record<string, unknown> {
  const places: Record<string, unknown> = {};
  for (const [request, all] of own.ofRequests) {
    const calls = all.slice(0, other.ofRequests.get(request)?.length ?? 0).flat();
    const hadCalls = other.ofRequests.get(request)?.some(each => each.length > 0);
    if (calls.length > 0 || hadCalls) {
      places[maskAddress(request)] = countEach(calls);
    }
  }
  if (own.background.length > 0 || other.background.length > 0) {
    places[BACKGROUND] = Object.fromEntries(
      own.background.map(call => [maskAddress(call), 'called']),
    );
  }
  return places;
}

function countEach(calls: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls.map(maskAddress)) {
    counts[call] = (counts[call] ?? 0) + 1;
  }
  return counts;
}
