import { performance } from 'node:perf_hooks';
import type { CheckedFactory } from './checked-factory';
import type { Requester } from './requester';
import { roundMs } from './round-ms';
import type { ServiceStartupTiming } from './startup-result';

/** The making of an instance of a service; times are those of `performance.now()`. */
export class ServiceCreation implements Requester {
  /** The instance, or until it is there a promise of it. */
  outcome: unknown;
  readonly pluginId: string;
  readonly depth: number;
  readonly beginMs = performance.now();
  /** When its dependencies were there. */
  readyMs = NaN;
  endMs = NaN;
  #parent?: Requester;

  constructor(
    readonly factory: CheckedFactory,
    requester: Requester,
  ) {
    this.pluginId = requester.pluginId;
    this.depth = (requester.depth ?? 0) + 1;
    this.#parent = requester;
  }

  get name(): string {
    return `'${this.factory.id}'`;
  }

  get parent(): Requester | undefined {
    return this.#parent;
  }

  /** Whether its own factory is at work. */
  get isUnderWay(): boolean {
    return !Number.isNaN(this.readyMs) && Number.isNaN(this.endMs);
  }

  /** Its dependencies are there. */
  ready(): void {
    const hasWaited = this.factory.refs.length > 0;
    this.readyMs = hasWaited ? performance.now() : this.beginMs;
  }

  end(): void {
    this.endMs = performance.now();
    this.#parent = undefined;
  }

  /** @param zeroMs - when the backend began to start */
  timing(zeroMs: number): ServiceStartupTiming {
    return {
      serviceId: this.factory.id,
      beginMs: roundMs(this.beginMs - zeroMs),
      readyMs: roundMs((this.readyMs || this.endMs) - zeroMs),
      endMs: roundMs(this.endMs - zeroMs),
    };
  }
}
