import type { LoggerService } from '../../api';
import { captureCallSite, describeCallSite, type CallSite } from '../../api/call-site';

/** Options of {@link HookPhase}. */
export interface HookPhaseOptions {
  /** Names a hook of this phase in log messages, for example `Startup hook`. */
  label: string;
  /** Message of the error that is thrown when a hook is added after the phase has begun. */
  tooLate: string;
}

/** How long each hook of a phase may take. */
export interface HookDeadline {
  ms: number;
  /** Called with a description of a hook that is given up, which then nobody waits for. */
  onLate(hook: string): void;
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

  /** The hooks that are waited for, each by what it is and where it was added. */
  get running(): string[] {
    return Array.from(this.#running, added => this.#describe(added));
  }

  /**
   * Runs the hooks, once: later calls wait for the first.
   *
   * @param deadline - of each hook, from the moment at which it begins; none unless told
   */
  run(deadline?: HookDeadline): Promise<void> {
    this.#run ??= this.#runAll(deadline);
    return this.#run;
  }

  async #runAll(deadline: HookDeadline | undefined): Promise<void> {
    await Promise.all(
      this.#hooks.map(async added => {
        this.#running.add(added);
        if ((await before(deadline?.ms, this.#runOne(added))) === 'late') {
          deadline?.onLate(this.#describe(added));
        }
        this.#running.delete(added);
      }),
    );
  }

  async #runOne({ hook, logger }: AddedHook): Promise<void> {
    try {
      await hook();
      logger.debug(`${this.#label} done`);
    } catch (error) {
      logger.error(`${this.#label} failed, ${error}`, error instanceof Error ? error : undefined);
    }
  }

  #describe({ site }: AddedHook): string {
    return `${this.#label} added at ${describeCallSite(site)}`;
  }
}

/** Waits for something that does not fail, but no longer than some time. */
async function before(ms: number | undefined, work: Promise<void>): Promise<'late' | void> {
  if (ms === undefined) {
    return work;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(resolve, ms, 'late');
  });
  const outcome = await Promise.race([work, late]);
  clearTimeout(timer);
  return outcome;
}
