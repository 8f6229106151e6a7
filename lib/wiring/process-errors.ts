/** The two kinds of errors that nobody handles. */
export type ProcessErrorType = 'unhandledRejection' | 'uncaughtException';

/** Somebody who wants to know of errors that nobody handles. */
export interface ProcessErrorWatcher {
  /** Finds out whose an error is, if it is of something that belongs to the watcher. */
  ownerOf(error: unknown): string | undefined;
  handle(type: ProcessErrorType, error: unknown, owner: string | undefined): void;
}

const TYPES: ProcessErrorType[] = ['unhandledRejection', 'uncaughtException'];

/**
 * Listens to errors that nobody handles on behalf of all backends of this process: however many there
 * are, there is one listener, and an error that belongs to one of them is not a matter of the others.
 */
class ProcessErrors {
  readonly #watchers = new Set<ProcessErrorWatcher>();
  readonly #listeners = TYPES.map(type => ({
    type,
    listener: (error: unknown) => this.#tell(type, error),
  }));

  /** @returns stops watching */
  watch(watcher: ProcessErrorWatcher): () => void {
    if (this.#watchers.size === 0) {
      this.#listeners.forEach(({ type, listener }) => process.on(type, listener));
    }
    this.#watchers.add(watcher);
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) {
        this.#listeners.forEach(({ type, listener }) => process.off(type, listener));
      }
    };
  }

  #tell(type: ProcessErrorType, error: unknown): void {
    const watchers = [...this.#watchers];
    for (const watcher of watchers) {
      const owner = watcher.ownerOf(error);
      if (owner !== undefined) {
        watcher.handle(type, error, owner);
        return;
      }
    }
    watchers.forEach(watcher => watcher.handle(type, error, undefined));
  }
}

export const processErrors = new ProcessErrors();
