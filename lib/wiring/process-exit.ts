/** What has to stop before the process ends. */
export interface Stoppable {
  stop(): Promise<void>;
  /** What is being stopped right now. */
  readonly stillStopping: string[];
}

/**
 * Stops all backends of this process before it ends. One for the process, since there is one set of
 * signals.
 */
class ProcessExit {
  readonly #backends = new Set<Stoppable>();
  readonly #stopping = new Set<Stoppable>();
  #isListening = false;

  /** From now on the backend is stopped when the process is asked to end, or has nothing to do. */
  add(backend: Stoppable): void {
    this.#backends.add(backend);
    if (!this.#isListening) {
      this.#isListening = true;
      process.on('SIGTERM', this.#onSignal);
      process.on('SIGINT', this.#onSignal);
      process.on('beforeExit', this.#stopAll);
    }
  }

  delete(backend: Stoppable): void {
    this.#backends.delete(backend);
  }

  /** Stops everything and ends the process. */
  async end(exitCode: number): Promise<void> {
    process.exitCode = exitCode;
    await this.#stopAll();
  }

  #onSignal = (signal: string) => {
    if (this.#stopping.size > 0) {
      const left = [...this.#stopping].flatMap(({ stillStopping }) => stillStopping);
      print(`Forced to end by a second ${signal}, without waiting for: ${left.join(', ')}`);
      process.exit(1);
    }
    void this.#stopAll();
  };

  #stopAll = async () => {
    const backends = [...this.#backends];
    backends.forEach(backend => this.#stopping.add(backend));
    const results = await Promise.allSettled(backends.map(backend => backend.stop()));
    const errors = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
    errors.forEach(error => print(String(error)));
    process.exit(errors.length > 0 ? 1 : process.exitCode);
  };
}

/** To the standard error: the log may be what did not stop. */
function print(message: string): void {
  // eslint-disable-next-line no-console
  console.error(message);
}

export const processExit = new ProcessExit();
