import type { LoggerService } from '../../api';
import { captureCallSite, describeCallSite, type CallSite } from '../../api/call-site';

/** Options of {@link HookPhase}. */
export interface HookPhaseOptions {
  /** Names a hook of this phase in log messages, for example `Startup hook`. */
  label: string;
  /** Message of the error that is thrown when a hook is added after the phase has begun. */
  tooLate: string;
}

type Hook = () => void | Promise<void>;

interface AddedHook {
  hook: Hook;
  logger: LoggerService;
  site: CallSite;
}

/**
 * The hooks that run together at one moment in the life of a backend or plugin. All of them start at
 * once, and a hook that fails is logged and keeps no other from running.
 */
export class HookPhase {
  readonly #label: string;
  readonly #tooLate: string;
  readonly #hooks: AddedHook[] = [];
  readonly #running = new Set<AddedHook>();
  #run?: Promise<void>;

  constructor(options: HookPhaseOptions) {
    this.#label = options.label;
    this.#tooLate = options.tooLate;
  }

  /**
   * @param logger - where the outcome of this hook is logged
   * @param callee - the running function whose caller adds the hook
   * @throws Error when the phase has begun
   */
  add(hook: Hook, logger: LoggerService, callee: (...args: any[]) => unknown): void {
    if (this.#run) {
      throw new Error(this.#tooLate);
    }
    this.#hooks.push({ hook, logger, site: captureCallSite(callee) });
  }

  /** The hooks that have begun and are not done, each by what it is and where it was added. */
  get running(): string[] {
    return Array.from(
      this.#running,
      ({ site }) => `${this.#label} added at ${describeCallSite(site)}`,
    );
  }

  /** Runs the hooks, once: later calls wait for the first. */
  run(): Promise<void> {
    this.#run ??= this.#runAll();
    return this.#run;
  }

  async #runAll(): Promise<void> {
    await Promise.all(
      this.#hooks.map(async added => {
        const { hook, logger } = added;
        this.#running.add(added);
        try {
          await hook();
          logger.debug(`${this.#label} done`);
        } catch (error) {
          logger.error(
            `${this.#label} failed, ${error}`,
            error instanceof Error ? error : undefined,
          );
        } finally {
          this.#running.delete(added);
        }
      }),
    );
  }
}
