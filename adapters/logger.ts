import type { JsonObject } from '@backstage/types';
import { createLogger, format, type Logger } from 'winston';
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

class LoggerServiceTransport extends Transport {
  readonly #logger: LoggerService;

  constructor(logger: LoggerService, options?: TransportStreamOptions) {
    super(options);
    this.#logger = logger;
  }

  override log(info: unknown, next: () => void) {
    if (typeof info === 'object' && info !== null) {
      const { level, message, ...meta } = info as { level: string; message: unknown };
      const { stack } = info as { stack?: string };
      const fields = { ...meta, ...(stack && { stack }) } as JsonObject;
      this.#logger[LEVELS[level] ?? 'info'](String(message), fields);
    }
    next();
  }
}

const untouched = format(info => info);

/**
 * A winston logger, as old plugins expect it, that writes to a logger of the new system: with
 * `child`, `stream`, `isLevelEnabled` and all npm levels. What is written is decided by the new logger.
 *
 * @param options - of the winston transport
 */
export function loggerToWinstonLogger(
  logger: LoggerService,
  options?: TransportStreamOptions,
): Logger {
  return createLogger({
    level: process.env.LOG_LEVEL || 'info',
    format: untouched(),
    transports: [new LoggerServiceTransport(logger, { level: 'silly', ...options })],
  });
}
