import type { JsonObject } from '@backstage/types';
import Transport, { type TransportStreamOptions } from 'winston-transport';
import type { LoggerService } from '../lib/api';

/** What an old logger could say, in the levels that are left. Old backends hid all below `info`. */
const LEVELS: { [level in string]: 'error' | 'warn' | 'info' | 'debug' } = {
  error: 'error',
  warn: 'warn',
  info: 'info',
  http: 'debug',
  verbose: 'debug',
  debug: 'debug',
  silly: 'debug',
};

/** Writes the lines of winston to a logger of the new system. */
export class LoggerServiceTransport extends Transport {
  readonly #logger: LoggerService;

  constructor(logger: LoggerService, options?: TransportStreamOptions) {
    super(options);
    this.#logger = logger;
  }

  override log(info: unknown, next: () => void) {
    if (typeof info === 'object' && info !== null) {
      const { level, message, ...meta } = info as { level: string; message: unknown };
      const { stack } = info as { stack?: string };
      // Entries leave out the symbols by which winston keeps its own things.
      const fields = Object.fromEntries(Object.entries({ ...meta, ...(stack && { stack }) }));
      this.#logger[LEVELS[level] ?? 'info'](String(message), fields as JsonObject);
    }
    next();
  }
}
