import { performance } from 'node:perf_hooks';
import type { Registration } from './normalise-registrations';
import type { Requester } from './requester';
import { roundMs } from './round-ms';
import type { StartupTiming } from './startup-result';

/** What a plugin or module is busy with while it starts. */
export type StartupPhase =
  'eager services' | 'modules' | 'dependencies' | 'init' | 'startup hooks' | 'done';

/** The start of one plugin or module, as it goes; times are those of `performance.now()`. */
export class PartStart implements Requester {
  phase: StartupPhase = 'modules';
  readonly beginMs = performance.now();
  readyMs = NaN;
  endMs = NaN;

  constructor(
    readonly part: Registration,
    /** The modules that come before it. */
    readonly before: readonly Registration[],
    /** When the backend began to start. */
    readonly zeroMs: number,
  ) {}

  get pluginId(): string {
    return this.part.pluginId;
  }

  get name(): string {
    const { pluginId, moduleId } = this.part;
    return moduleId === undefined
      ? `plugin '${pluginId}'`
      : `module '${moduleId}' for plugin '${pluginId}'`;
  }

  get feature(): unknown {
    return this.part.source.feature;
  }

  /** Everything it waited for is there. */
  ready(): void {
    this.phase = 'init';
    this.readyMs = performance.now();
  }

  end(): void {
    this.endMs = performance.now();
  }

  get timing(): StartupTiming {
    const modules = this.before.map(({ moduleId }) => moduleId!);
    const dependencies = this.part.refs.map(({ id }) => id);
    return {
      beginMs: roundMs(this.beginMs - this.zeroMs),
      readyMs: roundMs((this.readyMs || this.endMs) - this.zeroMs),
      endMs: roundMs(this.endMs - this.zeroMs),
      waitedFor: [...modules, ...dependencies],
    };
  }
}
