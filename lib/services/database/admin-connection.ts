import { setTimeout as sleep } from 'node:timers/promises';
import { isServerFull } from './connection-room';

const ATTEMPTS = 3;
const RETRY_MILLIS = 100;
const LINGER_MILLIS = 1_000;

/**
 * A connection that creates databases and schemas, one after the other, for all plugins. It opens for
 * the first of them and closes when none has come for a second, so that a start with fifty plugins
 * connects once, and learns once that the server cannot be reached.
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

  /** How much work waits or is being done. */
  get pending(): number {
    return this.#pending;
  }

  /** Runs the work when all earlier work is done, up to three times. */
  async run<TResult>(work: (connection: TConnection) => Promise<TResult>): Promise<TResult> {
    this.#pending += 1;
    clearTimeout(this.#linger);
    const connection = this.#connect();
    const result = this.#last.then(async () => this.#attempt(work, connection));
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

  #connect(): Promise<TConnection> {
    if (!this.#connection) {
      const connection = repeatedly(this.#open);
      connection.catch(() => {
        if (this.#connection === connection) this.#connection = undefined;
      });
      this.#connection = connection;
    }
    return this.#connection;
  }

  async #attempt<TResult>(
    work: (connection: TConnection) => Promise<TResult>,
    connection: Promise<TConnection>,
  ): Promise<TResult> {
    await connection;
    return repeatedly(async () => {
      const current = this.#connect();
      try {
        return await work(await current);
      } catch (error) {
        if (this.#connection === current) await this.close();
        throw error;
      }
    });
  }
}

/** Replicas that start together create the same database: the later one finds it the next time. */
async function repeatedly<TResult>(action: () => Promise<TResult>): Promise<TResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      // What is full has been waited for.
      if (attempt === ATTEMPTS || isTimeout(error) || isServerFull(error)) throw error;
      await sleep(RETRY_MILLIS);
    }
  }
}

/** Whoever did not answer for ten seconds will not do so in the next ten. */
function isTimeout(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ETIMEDOUT' || /^timeout expired/.test(String(message));
}
