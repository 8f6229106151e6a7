import { AsyncLocalStorage } from 'node:async_hooks';

/** Before Node.js 24 each promise costs more while contexts are tracked. */
const IS_FREE = Number.parseInt(process.versions.node, 10) >= 24;
/** For more plugins than this the cost would be felt. */
const MOST_PLUGINS = 200;

/** Remembers on behalf of which plugin code runs, across promises and timers, as far as that is cheap. */
export class PluginContext {
  readonly #storage = new AsyncLocalStorage<string>();

  /** Runs a function for each plugin; all that it sets off happens on behalf of the plugin. */
  async runAll<T extends { plugin: { pluginId: string } }>(
    plugins: readonly T[],
    run: (plugin: T) => Promise<void>,
  ): Promise<void> {
    const isTracked = IS_FREE || plugins.length <= MOST_PLUGINS;
    await Promise.all(
      plugins.map(each =>
        isTracked ? this.#storage.run(each.plugin.pluginId, run, each) : run(each),
      ),
    );
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
