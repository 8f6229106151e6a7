import type { LoggerService, RootHealthReadinessCheck } from '../../api';

/** A check that takes longer has failed. Milliseconds. */
const TIMEOUT = 3000;

/** What has to be ready beside the backend itself. */
export class ReadinessChecks {
  readonly #logger: LoggerService;
  readonly #checks = new Map<string, RootHealthReadinessCheck>();
  readonly #failing = new Set<string>();
  #run?: Promise<void>;

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  /** @throws Error when there is a check of that name */
  add(name: string, check: RootHealthReadinessCheck): void {
    if (this.#checks.has(name)) {
      throw new Error(`Readiness check '${name}' is already registered`);
    }
    this.#checks.set(name, check);
  }

  /** Runs all checks, and tells the names of those that fail. Probes at the same time share a run. */
  async failing(): Promise<string[]> {
    this.#run ??= this.#runAll().finally(() => {
      this.#run = undefined;
    });
    await this.#run;
    return [...this.#failing].sort();
  }

  async #runAll(): Promise<void> {
    await Promise.all([...this.#checks].map(([name, check]) => this.#runOne(name, check)));
  }

  async #runOne(name: string, check: RootHealthReadinessCheck): Promise<void> {
    try {
      await withTimeout(check);
      if (this.#failing.delete(name)) {
        this.#logger.info(`Readiness check '${name}' succeeds again`);
      }
    } catch (error) {
      if (!this.#failing.has(name)) {
        this.#failing.add(name);
        this.#logger.warn(`Readiness check '${name}' fails, ${error}`);
      }
    }
  }
}

async function withTimeout(check: RootHealthReadinessCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, TIMEOUT, new Error(`no answer within ${TIMEOUT} ms`));
  });
  try {
    await Promise.race([check(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
