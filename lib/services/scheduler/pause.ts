const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/** Waits between two actions, until the time is over or somebody is in a hurry. */
export class Pause {
  #finish?: () => void;
  #hurried = false;

  /** @param millis how long at most; `Infinity` until {@link Pause.end} */
  async for(millis: number): Promise<void> {
    if (!this.#hurried && millis > 0) {
      await new Promise<void>(resolve => {
        const stop = setLongTimeout(resolve, millis);
        this.#finish = () => {
          stop();
          resolve();
        };
      });
    }
    this.#finish = undefined;
    this.#hurried = false;
  }

  /** Ends the pause, or the next one if there is none at the moment. */
  end(): void {
    this.#hurried = true;
    this.#finish?.();
  }
}

/**
 * A timer for any number of milliseconds; those of Node.js fire at once after 24.8 days.
 *
 * @returns a function that stops it
 */
export function setLongTimeout(callback: () => void, millis: number): () => void {
  let timer: NodeJS.Timeout;
  const next = (left: number) => {
    const step = Math.min(left, LONGEST_TIMER_MILLIS);
    timer = setTimeout(() => (left > step ? next(left - step) : callback()), step);
  };
  next(millis);
  return () => clearTimeout(timer);
}

/** Waits no longer than so many milliseconds. */
export async function withinTime(work: Promise<unknown>, millis: number): Promise<void> {
  const limit = new Pause();
  await Promise.race([work, limit.for(millis)]);
  limit.end();
}
