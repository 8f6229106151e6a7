import { AsyncLocalStorage } from 'node:async_hooks';

/** Before Node.js 24 each promise costs more while contexts are tracked. */
const IS_FREE = Number.parseInt(process.versions.node, 10) >= 24;

/** Remembers on behalf of which plugin code runs, across promises and timers. */
export class PluginContext {
  readonly #storage = new AsyncLocalStorage<string>();

  /** Runs a function, and everything it sets off, on behalf of a plugin. */
  run<T>(pluginId: string, fn: () => T): T {
    return this.#storage.run(pluginId, fn);
  }

  /** The plugin on whose behalf the caller runs. */
  get pluginId(): string | undefined {
    return this.#storage.getStore();
  }

  /** From now on requests are served: stops remembering where that would slow them down. */
  relax(): void {
    if (!IS_FREE) {
      this.#storage.disable();
    }
  }
}
