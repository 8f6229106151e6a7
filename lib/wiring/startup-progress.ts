import type { LoggerService } from '../api';

const LONGEST_PAUSE_MS = 60_000;

/** Logs which plugins have started and which have not: at once, then at growing intervals. */
export class StartupProgress {
  readonly #logger?: LoggerService;
  readonly #waiting: Set<string>;
  #news: string[] = [];
  readonly #failed: string[] = [];
  #timer?: NodeJS.Timeout;

  constructor(pluginIds: string[], logger: LoggerService | undefined) {
    this.#logger = logger;
    this.#waiting = new Set([...pluginIds].sort());
    logger?.info(`Plugin initialization started: ${quoted(this.#waiting)}`);
    this.#reportAfter(1000, 0);
  }

  /** How many plugins have not started yet. */
  get remaining(): number {
    return this.#waiting.size;
  }

  /** A plugin has started, or failed. */
  done(pluginId: string, hasFailed: boolean): void {
    this.#waiting.delete(pluginId);
    if (!hasFailed) {
      this.#news.push(pluginId);
      return;
    }
    this.#failed.push(pluginId);
    // It may have failed at its startup hooks.
    this.#news = this.#news.filter(id => id !== pluginId);
  }

  /** Logs that nothing more is expected. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#logger?.info(`Plugin initialization complete${this.#status()}`);
  }

  #reportAfter(pauseMs: number, lastPauseMs: number): void {
    this.#timer = setTimeout(() => {
      this.#logger?.info(`Plugin initialization in progress${this.#status()}`);
      this.#reportAfter(Math.min(pauseMs + lastPauseMs, LONGEST_PAUSE_MS), pauseMs);
    }, pauseMs);
  }

  #status(): string {
    const news = this.#news.splice(0);
    const failed = this.#failed.splice(0);
    return [
      news.length > 0 ? `, newly initialized: ${quoted(news)}` : '',
      this.#waiting.size > 0 ? `, still initializing: ${quoted(this.#waiting)}` : '',
      failed.length > 0 ? `, failed: ${quoted(failed)}` : '',
    ].join('');
  }
}

function quoted(ids: Iterable<string>): string {
  return [...ids].map(id => `'${id}'`).join(', ');
}
