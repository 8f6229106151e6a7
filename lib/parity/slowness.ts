import type { ParityDifference } from './difference';

/** How long both sides took, in milliseconds. */
export interface Durations {
  readonly left: number;
  readonly right: number;
}

/** Milliseconds more than the left side takes, at least, and how many times as long. */
const SLOWER_BY = 500;
const SLOWER_TIMES = 4;
/** How often it must be so. */
const TRIES = 3;

/** The rule that says it: how long an answer takes is worth knowing, but changes nothing about it. */
const SLOWER = {
  rule: 'slower',
  reason: `the new side took much longer, each of ${TRIES} times`,
};

/**
 * Looks again where the right side took much longer.
 *
 * @param again - sends the request once more; undefined when there was no answer
 * @returns a difference that is explained already, with the shortest time of each side
 */
export async function findSlowness(
  first: Durations,
  again: () => Promise<Durations | undefined>,
): Promise<ParityDifference | undefined> {
  const seen = [first];
  while (isMuchSlower(seen.at(-1)!)) {
    if (seen.length === TRIES) {
      const shortest = (side: keyof Durations) => Math.min(...seen.map(each => each[side]));
      const [left, right] = [shortest('left'), shortest('right')].map(ms => `${Math.round(ms)} ms`);
      return { part: 'timing', path: 'duration', left, right, ignored: SLOWER };
    }
    const next = await again();
    if (!next) {
      return undefined;
    }
    seen.push(next);
  }
  return undefined;
}

function isMuchSlower({ left, right }: Durations): boolean {
  return right > left + SLOWER_BY && right > SLOWER_TIMES * left;
}
