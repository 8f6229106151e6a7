import { stringifyError } from '@backstage/errors';
import type { LoggerService } from '../api';
import type { InternalLifecycle } from './lifecycles';

/** Runs the steps of a shutdown, each with a deadline, and knows which are not done. */
export class ShutdownSteps {
  /** By name, with the lifecycle whose hooks they run. */
  readonly #running = new Map<string, InternalLifecycle | undefined>();
  readonly #unfinished: string[] = [];
  logger?: LoggerService;

  /** The steps that are being run. */
  get running(): string[] {
    return Array.from(this.#running, ([name, lifecycle]) => describe(name, lifecycle));
  }

  /** The steps that did not finish within their deadlines. */
  get unfinished(): readonly string[] {
    return this.#unfinished;
  }

  /**
   * Runs a step. Never throws: a step that fails is logged.
   *
   * @param deadlineMs - how long to wait for it
   * @param lifecycle - whose hooks it runs; they all begin at once, and so the deadline is that of each
   */
  async run(
    name: string,
    deadlineMs: number,
    step: () => Promise<unknown> | undefined,
    lifecycle?: InternalLifecycle,
  ): Promise<void> {
    this.#running.set(name, lifecycle);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>(resolve => {
      timer = setTimeout(resolve, deadlineMs, 'late');
    });
    try {
      if ((await Promise.race([step(), deadline])) === 'late') {
        const what = describe(name, lifecycle);
        this.#unfinished.push(what);
        this.logger?.warn(`Shutdown goes on without ${what}: not done after ${deadlineMs} ms`);
      }
    } catch (error) {
      this.logger?.error(`Shutdown: ${name} failed, ${stringifyError(error)}`);
    } finally {
      clearTimeout(timer);
      this.#running.delete(name);
    }
  }
}

function describe(name: string, lifecycle: InternalLifecycle | undefined): string {
  const hooks = lifecycle?.runningShutdownHooks ?? [];
  return hooks.length > 0 ? `${name} (${hooks.join(', ')})` : name;
}
