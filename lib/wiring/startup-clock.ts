import type { ServiceCreation } from './service-creation';
import type { ServiceStartupTiming, StartupTiming } from './startup-result';

/** What a plugin or module is busy with while it starts. */
export type StartupPhase = 'eager services' | 'modules' | 'dependencies' | 'init' | 'startup hooks';

/** The start of one plugin or module, as it goes. */
export class StartupSpan {
  readonly beginMs: number;
  phase: StartupPhase = 'modules';
  readyMs?: number;
  endMs?: number;
  readonly waitedFor: string[] = [];

  constructor(
    readonly pluginId: string,
    /** Absent for the plugin itself. */
    readonly moduleId?: string,
  ) {
    this.beginMs = performance.now();
  }

  /** It is about to get what it depends on. */
  resolve(dependencies: string[]): void {
    this.phase = 'dependencies';
    this.waitedFor.push(...dependencies);
  }

  /** Everything it waited for is there. */
  ready(): void {
    this.phase = 'init';
    this.readyMs = performance.now();
  }

  end(): void {
    this.endMs = performance.now();
  }
}

/** Turns moments into milliseconds since the start of the backend. */
export class StartupClock {
  readonly beginAt = new Date();
  readonly #zero = performance.now();
  /** The plugins and modules that have begun to start and are not done. */
  readonly running = new Set<StartupSpan>();

  begin(pluginId: string, moduleId?: string): StartupSpan {
    const span = new StartupSpan(pluginId, moduleId);
    this.running.add(span);
    return span;
  }

  end(span: StartupSpan): StartupTiming {
    span.end();
    this.running.delete(span);
    const { beginMs, endMs = beginMs, readyMs = endMs, waitedFor } = span;
    return {
      beginMs: this.#since(beginMs),
      readyMs: this.#since(readyMs),
      endMs: this.#since(endMs),
      waitedFor,
    };
  }

  /** The services that were made, without those that are still being made. */
  timings(creations: readonly ServiceCreation[]): ServiceStartupTiming[] {
    return creations.flatMap(({ id, beginMs, endMs, readyMs = endMs }) =>
      endMs === undefined || readyMs === undefined
        ? []
        : {
            serviceId: id,
            beginMs: this.#since(beginMs),
            readyMs: this.#since(readyMs),
            endMs: this.#since(endMs),
          },
    );
  }

  /** To the microsecond. */
  #since(ms: number): number {
    return Math.round((ms - this.#zero) * 1000) / 1000;
  }
}
