import { performance } from 'node:perf_hooks';
import type { Registration } from './normalise-registrations';
import { PartStart } from './part-start';

/** Knows when a backend began to start, and which of its parts are starting. */
export class StartupClock {
  readonly beginAt = new Date();
  readonly zeroMs = performance.now();
  readonly #starts: PartStart[] = [];

  /** @param before - the modules that come before it */
  begin(part: Registration, before: readonly Registration[]): PartStart {
    const start = new PartStart(part, before, this.zeroMs);
    this.#starts.push(start);
    return start;
  }

  /** The plugins and modules that have begun to start and are not done. */
  running(): PartStart[] {
    return this.#starts.filter(({ phase }) => phase !== 'done');
  }
}
