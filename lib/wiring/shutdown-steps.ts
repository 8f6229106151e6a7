import type { LoggerService } from '../api';
import { describeThrown } from './errors';
import type { HookDeadline, InternalLifecycle } from './lifecycles';

/** Runs the steps of a shutdown, with deadlines, and knows what is not done. */
export class ShutdownSteps {
  /** By name, with the lifecycle whose hooks they run. */
  readonly #running = new Map<string, InternalLifecycle | undefined>();
  readonly #unfinished: string[] = [];
  logger?: LoggerService;

  /** What is being waited for. */
  get running(): string[] {
    return Array.from(this.#running, ([name, lifecycle]) => {
      const hooks = lifecycle?.runningShutdownHooks ?? [];
      return hooks.length > 0 ? `${name} (${hooks.join(', ')})` : name;
    });
  }

  /** What did not finish within its deadline. */
  get unfinished(): readonly string[] {
    return this.#unfinished;
  }

  /** Runs the hooks of a lifecycle, each with its own deadline. Never throws: failures are logged. */
  async runHooks(
    name: string,
    deadlineMs: number,
    lifecycle: InternalLifecycle | undefined,
    run: (deadline: HookDeadline) => Promise<unknown> | undefined,
  ): Promise<void> {
    const onLate = (hook: string) => this.#giveUp(`${name} (${hook})`, deadlineMs);
    const hooks = () => run({ ms: deadlineMs, onLate });
    const knowsDeadlines = lifecycle?.runningShutdownHooks !== undefined;
    await this.run(name, knowsDeadlines ? undefined : deadlineMs, hooks, lifecycle);
  }

  /**
   * Runs a step. Never throws: a step that fails is logged.
   *
   * @param deadlineMs - how long to wait for it; as long as it takes when undefined
   */
  async run(
    name: string,
    deadlineMs: number | undefined,
    step: () => Promise<unknown> | undefined,
    lifecycle?: InternalLifecycle,
  ): Promise<void> {
    this.#running.set(name, lifecycle);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>(resolve => {
      timer = deadlineMs === undefined ? undefined : setTimeout(resolve, deadlineMs, 'late');
    });
    try {
      if ((await Promise.race([step(), deadline])) === 'late') {
        this.#giveUp(name, deadlineMs!);
      }
    } catch (error) {
      this.logger?.error(`Shutdown: ${name} failed, ${describeThrown(error)}`);
    } finally {
      clearTimeout(timer);
      this.#running.delete(name);
    }
  }

  #giveUp(what: string, deadlineMs: number): void {
    this.#unfinished.push(what);
    this.logger?.warn(`Shutdown goes on without ${what}: not done after ${deadlineMs} ms`);
  }
}
