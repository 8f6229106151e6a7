import type { LoggerService } from '../api';
import type { BootFailurePolicy } from './boot-failure-policy';
import type { PartStart } from './part-start';
import type { ServiceCreation } from './service-creation';
import type { StartupClock } from './startup-clock';
import type { StartupProgress } from './startup-progress';
import {
  BackendStartup,
  ModuleStartup,
  PluginStartup,
  type BackendStartupResult,
  type ModuleStartupResult,
  type PluginStartupResult,
  type StartupFailure,
} from './startup-result';
import { wantsStackTraces } from './wants-stack-traces';

/** Options of {@link StartupRecorder}. */
export interface StartupRecorderOptions {
  progress: StartupProgress;
  isAllowed: BootFailurePolicy;
  logger?: LoggerService;
}

/** Records how each plugin and module started, and logs failures as they happen. */
export class StartupRecorder {
  readonly #progress: StartupProgress;
  readonly #isAllowed: BootFailurePolicy;
  readonly #logger?: LoggerService;
  readonly #plugins = new Map<string, PluginStartupResult>();
  readonly #modules = new Map<string, ModuleStartupResult[]>();
  readonly #reported = new Map<string, Error>();
  #hasFailed = false;
  #isFinished = false;

  constructor({ progress, isAllowed, logger }: StartupRecorderOptions) {
    this.#progress = progress;
    this.#isAllowed = isAllowed;
    this.#logger = logger;
  }

  /**
   * A plugin has started, or failed if there is an error.
   *
   * @param start - absent when it was not even tried
   * @param creations - the services that were made for it
   */
  pluginDone(
    pluginId: string,
    error?: Error,
    start?: PartStart,
    creations?: readonly ServiceCreation[],
  ): void {
    this.#progress.done(pluginId, error !== undefined);
    let result = this.#plugins.get(pluginId);
    if (!result) {
      result = new PluginStartup(pluginId, this.#modulesOf(pluginId), start, creations);
      this.#plugins.set(pluginId, result);
    }
    if (error) {
      result.failure = this.#failure(error, pluginId);
      this.#logThrown(`Plugin '${pluginId}'`, 'plugin', result.failure);
    }
  }

  /** A module has started, or failed if there is an error; as {@link StartupRecorder.pluginDone}. */
  moduleDone(pluginId: string, moduleId: string, error?: Error, start?: PartStart): void {
    const result = new ModuleStartup(moduleId, start);
    this.#modulesOf(pluginId).push(result);
    if (error) {
      result.failure = this.#failure(error, pluginId, moduleId);
      this.#logThrown(
        `Module ${moduleId} in Plugin '${pluginId}'`,
        'plugin module',
        result.failure,
      );
    } else if (this.#reported.size > 0) {
      const reported = this.#reported.get(`${pluginId}/${moduleId}`);
      if (reported) {
        result.failure = this.#failure(reported, pluginId, moduleId);
      }
    }
  }

  /** A plugin has found out, through an extension point, that one of its modules is of no use. */
  reportModuleFailure(pluginId: string, moduleId: string, error: Error): void {
    const what = `Plugin '${pluginId}' reported failure for module '${moduleId}'`;
    if (this.#isFinished) {
      this.#logError(`${what} after startup`, error);
      return;
    }
    const failure = this.#failure(error, pluginId, moduleId);
    this.#logError(
      failure.allowed
        ? `${what} during startup, but boot failure is permitted for this plugin module so startup will continue.`
        : `${what} during startup.`,
      error,
    );
    const result = this.#modulesOf(pluginId).find(module => module.moduleId === moduleId);
    if (result) {
      result.failure = failure;
    } else {
      this.#reported.set(`${pluginId}/${moduleId}`, error);
    }
  }

  /** What has come of it all: a failure when a part failed that the backend may not go on without. */
  finish(
    { beginAt, zeroMs }: StartupClock,
    creations: readonly ServiceCreation[],
  ): BackendStartupResult {
    this.#isFinished = true;
    this.#addAbsentPlugins();
    const outcome = this.#hasFailed ? 'failure' : 'success';
    const plugins = [...this.#plugins.values()];
    return new BackendStartup(beginAt, outcome, plugins, creations, zeroMs);
  }

  /** So that the failure of a module is in the result even when its plugin is not installed. */
  #addAbsentPlugins(): void {
    for (const [pluginId, modules] of this.#modules) {
      if (!this.#plugins.has(pluginId)) {
        this.#plugins.set(pluginId, new PluginStartup(pluginId, modules));
      }
    }
  }

  #modulesOf(pluginId: string): ModuleStartupResult[] {
    let modules = this.#modules.get(pluginId);
    if (!modules) {
      modules = [];
      this.#modules.set(pluginId, modules);
    }
    return modules;
  }

  #failure(error: Error, pluginId: string, moduleId?: string): StartupFailure {
    const allowed = this.#isAllowed(pluginId, moduleId);
    this.#hasFailed ||= !allowed;
    return { error, allowed };
  }

  #logThrown(who: string, what: string, { error, allowed }: StartupFailure): void {
    if (allowed) {
      this.#logError(
        `${who} threw an error during startup, but boot failure is permitted for this ${what} so startup will continue.`,
        error,
      );
      return;
    }
    const { remaining } = this.#progress;
    const waiting =
      remaining > 0
        ? `, waiting for ${remaining} other plugins to finish before shutting down the process`
        : '';
    this.#logError(`${who} threw an error during startup${waiting}.`, error);
  }

  #logError(message: string, error: Error): void {
    if (wantsStackTraces()) {
      this.#logger?.error(message, error);
    } else {
      this.#logger?.error(`${message} ${error}`);
    }
  }
}
