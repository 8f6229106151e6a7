import type { RootLifecycleService } from '../../lib/api';

type Hook = () => void | Promise<void>;

/**
 * The lifecycle of an old backend, which has none of its own: hooks run when the process is told to
 * end. The handlers for that are installed with the first hook.
 */
class ProcessLifecycle implements RootLifecycleService {
  readonly #phases: { [phase in 'before' | 'shutdown']: Hook[] } = { before: [], shutdown: [] };
  #isInstalled = false;

  /** Old backends have no moment at which everything has started. */
  addStartupHook(hook: Hook): void {
    setImmediate(hook);
  }

  addBeforeShutdownHook(hook: Hook): void {
    this.#add('before', hook);
  }

  addShutdownHook(hook: Hook): void {
    this.#add('shutdown', hook);
  }

  #add(phase: 'before' | 'shutdown', hook: Hook) {
    this.#phases[phase].push(hook);
    if (!this.#isInstalled) {
      this.#isInstalled = true;
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.once(signal, () => this.#shutDown(signal));
      }
    }
  }

  async #shutDown(signal: NodeJS.Signals) {
    await Promise.allSettled(this.#phases.before.map(async hook => hook()));
    await Promise.allSettled(this.#phases.shutdown.map(async hook => hook()));
    if (process.listenerCount(signal) === 0) {
      // Nobody else has a say: end the way that the process would have ended without the hooks.
      process.kill(process.pid, signal);
    }
  }
}

/** The one of this process. */
export const processLifecycle = new ProcessLifecycle();
