import { AsyncLocalStorage } from 'node:async_hooks';
import * as timers from 'node:timers';

/** Before Node.js 24 each promise costs more while contexts are tracked. */
const IS_FREE = Number.parseInt(process.versions.node, 10) >= 24;
/** For more plugins than this the cost would be felt. */
const MOST_PLUGINS = 200;

/**
 * So many plugins begin at once; the next follow when these have nothing to do but wait. Not as many
 * have a hold on memory then, and code that runs once for each is compiled when all of it has been run.
 */
const WAVE = 20;
/** The real one: a test may hold the clock, or have only the globals of a browser. */
const nextTurn = timers.setImmediate;

/** Remembers on behalf of which plugin code runs, across promises and timers, as far as that is cheap. */
export class PluginContext {
  readonly #storage = new AsyncLocalStorage<string>();

  /**
   * Runs a function for each plugin, side by side; all that it sets off happens on behalf of the plugin.
   */
  async runAll<T extends { plugin: { pluginId: string } }>(
    plugins: readonly T[],
    run: (plugin: T) => Promise<void>,
  ): Promise<void> {
    const isTracked = IS_FREE || plugins.length <= MOST_PLUGINS;
    const waves: Array<Promise<unknown>> = [];
    for (let begin = 0; begin < plugins.length; begin += WAVE) {
      if (begin > 0) {
        await new Promise(resolve => nextTurn(resolve));
      }
      const wave = Promise.all(
        plugins
          .slice(begin, begin + WAVE)
          .map(each =>
            isTracked ? this.#storage.run(each.plugin.pluginId, run, each) : run(each),
          ),
      );
      wave.catch(() => {}); // told below
      waves.push(wave);
    }
    await Promise.all(waves);
  }

  /** The plugin on whose behalf the caller runs. */
  get pluginId(): string | undefined {
    return this.#storage.getStore();
  }

  /**
   * From now on requests are served: stops remembering where that would slow them down, as soon as what
   * nobody handled so far has been announced.
   */
  relax(): void {
    if (!IS_FREE) {
      nextTurn(() => this.#storage.disable());
    }
  }
}
