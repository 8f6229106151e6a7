import { stringifyError } from '@backstage/errors';
import type { LoggerService } from '../../api';

/** For how long a cache that failed is left alone. */
const COOL_DOWN_MILLIS = 1_000;

/** Options of {@link CacheGuard}. */
export interface CacheGuardOptions {
  /** The kind of store, for messages. */
  store: string;
  /** Where the server is, for messages. */
  address?: string;
  /** Milliseconds that one operation may take. */
  timeout: number;
  logger?: LoggerService;
  onError?(error: Error): void;
}

/** Whether a cache answers. */
export type CacheHealth = { status: 'ok' } | { status: 'down'; since: Date };

/**
 * Keeps the backend working when its cache does not: an operation that fails or takes too long is a
 * miss, the ones after it are misses at once for a second, and an outage is logged once at its begin
 * and once at its end.
 */
export class CacheGuard {
  readonly #options: CacheGuardOptions;
  #failedAt?: number;
  #retryAt = 0;
  readonly #refusedTo = new Set<string>();

  constructor(options: CacheGuardOptions) {
    this.#options = options;
  }

  /**
   * Runs an operation on the cache.
   *
   * @param onTimeout called when the server has not answered in time
   */
  async run<TResult>(
    operation: () => Promise<TResult>,
    onTimeout?: () => void,
  ): Promise<TResult | undefined> {
    if (Date.now() < this.#retryAt) return undefined;
    try {
      const result = await this.#inTime(operation, onTimeout);
      if (this.#failedAt !== undefined) this.#recovered(this.#failedAt);
      return result;
    } catch (error) {
      if (error instanceof UnserializableError) throw error.cause;
      if (error instanceof RefusedError) {
        this.#refused(error);
        return undefined;
      }
      this.failed(error as Error);
      this.#retryAt = Date.now() + COOL_DOWN_MILLIS;
      return undefined;
    }
  }

  /** Records an error of the connection, whether or not an operation noticed it. */
  failed(error: Error): void {
    this.#options.onError?.(error);
    if (this.#failedAt !== undefined) return;
    this.#failedAt = Date.now();
    const { address, logger, store } = this.#options;
    logger?.error(
      `Failed to create ${store} cache client${address ? ` for ${address}` : ''}, going on without a cache until it answers: ${stringifyError(error)} (configured at 'backend.cache')`,
    );
  }

  health(): CacheHealth {
    return this.#failedAt === undefined
      ? { status: 'ok' }
      : { status: 'down', since: new Date(this.#failedAt) };
  }

  /** @throws Error while the server does not answer, as far as the last operation could tell */
  assertUp(): void {
    if (this.#failedAt === undefined) return;
    const since = new Date(this.#failedAt).toISOString();
    throw new Error(`The cache at ${this.#options.address} has not answered since ${since}`);
  }

  /** Tells of it once for each plugin. */
  #refused({ message, namespace }: RefusedError): void {
    if (this.#refusedTo.has(namespace)) return;
    this.#refusedTo.add(namespace);
    this.#options.logger?.warn(`The ${this.#options.store} cache takes not all values: ${message}`);
  }

  #recovered(failedAt: number): void {
    this.#failedAt = undefined;
    this.#retryAt = 0;
    const seconds = Math.round((Date.now() - failedAt) / 1_000);
    this.#options.logger?.info(
      `The ${this.#options.store} cache answers again after ${seconds} seconds`,
    );
  }

  async #inTime<TResult>(
    operation: () => Promise<TResult>,
    onTimeout?: () => void,
  ): Promise<TResult> {
    const { timeout } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        onTimeout?.();
        reject(new Error(`no answer within ${timeout} ms`));
      }, timeout);
    });
    try {
      return await Promise.race([operation(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The mistake of a caller, which must not look like an outage. */
export class UnserializableError extends Error {
  constructor(cause: unknown) {
    super('The value cannot be stored in a cache', { cause });
  }
}

/** The server works, but does not take a value, which is missed like any other. */
export class RefusedError extends Error {
  readonly namespace: string;

  constructor(namespace: string, cause: Error) {
    super(`${cause.message} (namespace '${namespace}')`, { cause });
    this.namespace = namespace;
  }
}
