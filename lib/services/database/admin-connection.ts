const ATTEMPTS = 3;
const RETRY_MILLIS = 100;
const LINGER_MILLIS = 1_000;

/**
 * A connection that creates databases and schemas, one after the other, for all plugins. It opens for
 * the first of them and closes when none has come for a second, so that a start with fifty plugins
 * connects once.
 */
export class AdminConnection<TConnection> {
  readonly #open: () => Promise<TConnection>;
  readonly #close: (connection: TConnection) => Promise<void>;
  #connection?: Promise<TConnection>;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #linger?: NodeJS.Timeout;

  constructor(open: () => Promise<TConnection>, close: (connection: TConnection) => Promise<void>) {
    this.#open = open;
    this.#close = close;
  }

  /** Runs the work when all earlier work is done, up to three times on new connections. */
  async run<TResult>(work: (connection: TConnection) => Promise<TResult>): Promise<TResult> {
    this.#pending += 1;
    clearTimeout(this.#linger);
    const result = this.#last.then(() => this.#attempt(work));
    this.#last = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) {
        this.#linger = setTimeout(() => void this.close(), LINGER_MILLIS);
        this.#linger.unref();
      }
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#linger);
    const connection = this.#connection;
    this.#connection = undefined;
    // A connection that never opened or already broke has nothing left to close.
    await connection?.then(this.#close).catch(() => {});
  }

  async #attempt<TResult>(work: (connection: TConnection) => Promise<TResult>): Promise<TResult> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#connection ??= this.#open();
        return await work(await this.#connection);
      } catch (error) {
        await this.close();
        if (attempt === ATTEMPTS) throw error;
        // Replicas that start together create the same database: the later one finds it next time.
        await new Promise(resolve => setTimeout(resolve, RETRY_MILLIS));
      }
    }
  }
}
