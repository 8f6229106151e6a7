import type { LoggerService } from '../../api';

/** Options of {@link HookPhase}. */
export interface HookPhaseOptions {
  /** Names a hook of this phase in log messages, for example `Startup hook`. */
  label: string;
  /** Message of the error that is thrown when a hook is added after the phase has begun. */
  tooLate: string;
}

type Hook = () => void | Promise<void>;

/**
 * The hooks that run together at one moment in the life of a backend or plugin. All of them start at
 * once, and a hook that fails is logged and keeps no other from running.
 */
export class HookPhase {
  readonly #label: string;
  readonly #tooLate: string;
  readonly #hooks: Array<{ hook: Hook; logger: LoggerService }> = [];
  #run?: Promise<void>;

  constructor(options: HookPhaseOptions) {
    this.#label = options.label;
    this.#tooLate = options.tooLate;
  }

  /**
   * @param logger - where the outcome of this hook is logged
   * @throws Error when the phase has begun
   */
  add(hook: Hook, logger: LoggerService): void {
    if (this.#run) {
      throw new Error(this.#tooLate);
    }
    this.#hooks.push({ hook, logger });
  }

  /** Runs the hooks, once: later calls wait for the first. */
  run(): Promise<void> {
    this.#run ??= this.#runAll();
    return this.#run;
  }

  async #runAll(): Promise<void> {
    await Promise.all(
      this.#hooks.map(async ({ hook, logger }) => {
        try {
          await hook();
          logger.debug(`${this.#label} done`);
        } catch (error) {
          logger.error(
            `${this.#label} failed, ${error}`,
            error instanceof Error ? error : undefined,
          );
        }
      }),
    );
  }
}
