import { stringifyError } from '@backstage/errors';
import type { LoggerService } from '../api';

/** Runs the steps of a shutdown, each with a deadline, and knows which are not done. */
export class ShutdownSteps {
  readonly #running = new Set<string>();
  readonly #unfinished: string[] = [];
  logger?: LoggerService;

  /** The steps that are being run. */
  get running(): string[] {
    return [...this.#running];
  }

  /** The steps that did not finish within their deadlines. */
  get unfinished(): readonly string[] {
    return this.#unfinished;
  }

  /**
   * Runs a step. Never throws: a step that fails is logged.
   *
   * @param deadlineMs - how long to wait for it
   */
  async run(
    name: string,
    deadlineMs: number,
    step: () => Promise<unknown> | undefined,
  ): Promise<void> {
    this.#running.add(name);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>(resolve => {
      timer = setTimeout(resolve, deadlineMs, 'late');
    });
    try {
      if ((await Promise.race([step(), deadline])) === 'late') {
        this.#unfinished.push(name);
        this.logger?.warn(`Shutdown goes on without ${name}: not done after ${deadlineMs} ms`);
      }
    } catch (error) {
      this.logger?.error(`Shutdown: ${name} failed, ${stringifyError(error)}`);
    } finally {
      clearTimeout(timer);
      this.#running.delete(name);
    }
  }
}
