/** When what differs is more than noise, in percent. The first two are those of Diffy, with its defaults. */
export interface NoiseThresholds {
  /** How far the two rates are apart, of their sum; defaults to 20. */
  relative?: number;
  /** How far they are apart, of all answers; defaults to 0.03. */
  absolute?: number;
}

/** A place that differs between the sides far more often than the left side differs from itself. */
export interface SuspiciousPlace {
  readonly place: string;
  readonly trials: number;
  /** In how many trials the sides differed there, and in how many the left side from itself. */
  readonly raw: number;
  readonly noise: number;
}

/** Trials of an endpoint: enough to tell 100 % from 50 %. */
const MAX_TRIALS = 40;
const MIN_TRIALS = 20;
/** Standard deviations: what chance gives once in 30,000 times. */
const SIGNIFICANT = 4;

/**
 * Counts, at the places of an endpoint that is noisy, how often the left side differs from itself and how
 * often the right side differs from it. A place that the left side changes now and then is no excuse for a
 * right side that always differs there.
 */
export class NoiseTrials {
  readonly #counts = new Map<string, { raw: number; noise: number }>();
  #trials = 0;

  get areWanted(): boolean {
    return this.#trials < MAX_TRIALS;
  }

  /**
   * @param raw - the places at which the two sides differ
   * @param noise - those at which the left side differs from itself, asked at the same time
   */
  add(raw: Iterable<string>, noise: Iterable<string>): void {
    this.#trials++;
    for (const place of new Set(raw)) {
      this.#countOf(place).raw++;
    }
    for (const place of new Set(noise)) {
      this.#countOf(place).noise++;
    }
  }

  suspicious({ relative = 20, absolute = 0.03 }: NoiseThresholds = {}): SuspiciousPlace[] {
    const trials = this.#trials;
    if (trials < MIN_TRIALS) {
      return [];
    }
    return [...this.#counts].flatMap(([place, { raw, noise }]) => {
      const apart = raw - noise;
      const isFar = (100 * apart) / (raw + noise) > relative && (100 * apart) / trials > absolute;
      return isFar && apart / deviation(raw, noise, trials) > SIGNIFICANT
        ? [{ place, trials, raw, noise }]
        : [];
    });
  }

  #countOf(place: string): { raw: number; noise: number } {
    const count = this.#counts.get(place) ?? { raw: 0, noise: 0 };
    this.#counts.set(place, count);
    return count;
  }
}

/** The standard deviation of the difference of two counts, were they of the same rate. */
function deviation(a: number, b: number, trials: number): number {
  const rate = (a + b) / (2 * trials);
  return Math.sqrt(2 * trials * rate * (1 - rate));
}
