import { failureToJson } from './failure-to-json';
import type { PartStart } from './part-start';
import type { ServiceCreation } from './service-creation';

/** A failure at start, and whether configuration permits the backend to go on without the part. */
export interface StartupFailure {
  error: Error;
  allowed: boolean;
}

/** When a service was made, in milliseconds since the start of the backend. */
export interface ServiceStartupTiming {
  serviceId: string;
  beginMs: number;
  /** When the services that it depends on were there. */
  readyMs: number;
  endMs: number;
}

/** When a plugin or module started, in milliseconds since the start of the backend. */
export interface StartupTiming {
  beginMs: number;
  /** When everything it waited for was there, and its own `init` began. */
  readyMs: number;
  endMs: number;
  /** Ids of services and extension points; for a module also the modules that came before it. */
  waitedFor: string[];
}

/** How the start of a module went. */
export interface ModuleStartupResult {
  resultAt: Date;
  moduleId: string;
  failure?: StartupFailure;
  /** Part of the JSON, but not enumerable. Absent when it never came to start. */
  readonly timing?: StartupTiming;
}

/** How the start of a plugin went. */
export interface PluginStartupResult {
  resultAt: Date;
  pluginId: string;
  failure?: StartupFailure;
  modules: ModuleStartupResult[];
  /** Part of the JSON, but not enumerable. Absent when it never came to start. */
  readonly timing?: StartupTiming;
  /** The services that were made for the plugin and its modules. In the JSON, not enumerable. */
  readonly services?: ServiceStartupTiming[];
}

/** How the start of a backend went. `JSON.stringify` gives its whole timeline. */
export interface BackendStartupResult {
  beginAt: Date;
  resultAt: Date;
  outcome: 'success' | 'failure';
  /** In the order in which they finished. */
  plugins: PluginStartupResult[];
  /** The root scoped services that were made. In the JSON, not enumerable. */
  readonly services?: ServiceStartupTiming[];
}

/** Timings are getters, so that results are equal to those of stock Backstage. */
export class ModuleStartup implements ModuleStartupResult {
  readonly resultAt = new Date();
  declare failure?: StartupFailure;
  readonly #start?: PartStart;

  constructor(
    readonly moduleId: string,
    start?: PartStart,
  ) {
    this.#start = start;
  }

  get timing() {
    return this.#start?.timing;
  }

  toJSON() {
    return { ...this, failure: failureToJson(this.failure), timing: this.timing };
  }
}

/** See {@link ModuleStartup}. */
export class PluginStartup implements PluginStartupResult {
  readonly resultAt = new Date();
  declare failure?: StartupFailure;
  readonly #start?: PartStart;
  readonly #creations: readonly ServiceCreation[];

  constructor(
    readonly pluginId: string,
    readonly modules: ModuleStartupResult[],
    start?: PartStart,
    creations: readonly ServiceCreation[] = [],
  ) {
    this.#start = start;
    this.#creations = creations;
  }

  get timing() {
    return this.#start?.timing;
  }

  get services() {
    return timings(this.#creations, this.#start?.zeroMs);
  }

  toJSON() {
    return {
      ...this,
      failure: failureToJson(this.failure),
      timing: this.timing,
      services: this.services,
    };
  }
}

/** See {@link ModuleStartup}. */
export class BackendStartup implements BackendStartupResult {
  readonly resultAt = new Date();
  readonly #creations: readonly ServiceCreation[];
  readonly #zeroMs: number;

  constructor(
    readonly beginAt: Date,
    readonly outcome: 'success' | 'failure',
    readonly plugins: PluginStartupResult[],
    creations: readonly ServiceCreation[],
    zeroMs: number,
  ) {
    this.#creations = creations;
    this.#zeroMs = zeroMs;
  }

  get services() {
    return timings(this.#creations, this.#zeroMs);
  }

  toJSON() {
    return { ...this, services: this.services };
  }
}

function timings(creations: readonly ServiceCreation[], zeroMs = 0): ServiceStartupTiming[] {
  return creations
    .filter(({ endMs }) => !Number.isNaN(endMs))
    .map(creation => creation.timing(zeroMs));
}
