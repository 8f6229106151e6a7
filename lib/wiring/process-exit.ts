import type { Backend } from './backend';

/** The backends of this process that have to stop before it ends. The only state of a module. */
class StopOnProcessExit {
  readonly #backends = new Set<Backend>();
  #isListening = false;

  add(backend: Backend): void {
    this.#backends.add(backend);
    if (!this.#isListening) {
      this.#isListening = true;
      process.on('SIGTERM', this.#stop);
      process.on('SIGINT', this.#stop);
      process.on('beforeExit', this.#stop);
    }
  }

  delete(backend: Backend): void {
    this.#backends.delete(backend);
  }

  #stop = async () => {
    const results = await Promise.allSettled([...this.#backends].map(backend => backend.stop()));
    const errors = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
    for (const error of errors) {
      // The log may be what failed to stop.
      // eslint-disable-next-line no-console
      console.error(error);
    }
    process.exit(errors.length > 0 ? 1 : process.exitCode);
  };
}

export const stopOnProcessExit = new StopOnProcessExit();
