import type { Registration } from './normalise-registrations';
import { PartStart } from './part-start';

/** Knows when a backend began to start, and which of its parts are starting. */
export class StartupClock {
  readonly beginAt = new Date();
  readonly zeroMs = performance.now();
  readonly running = new Set<PartStart>();

  /** @param before - the modules that come before it */
  begin(part: Registration, before: readonly Registration[]): PartStart {
    const start = new PartStart(part, before, this.zeroMs);
    this.running.add(start);
    return start;
  }

  /** Nothing more is waited for. */
  done(start: PartStart): void {
    this.running.delete(start);
  }
}
