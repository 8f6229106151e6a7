import type { Logger } from 'winston';
import type { TransportStreamOptions } from 'winston-transport';
import type { LoggerService } from '../lib/api';

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
  const { toWinston } = logger as { toWinston?: () => Logger };
  if (!options && toWinston) {
    // The logger of our backends has winston behind it, which knows more levels than the service.
    return toWinston.call(logger);
  }
  const { createLogger, format } = require('winston') as typeof import('winston');
  const { LoggerServiceTransport } =
    require('./logger-service-transport') as typeof import('./logger-service-transport');
  return createLogger({
    level: process.env.LOG_LEVEL || 'info',
    format: format(info => info)(),
    transports: [new LoggerServiceTransport(logger, { level: 'silly', ...options })],
  });
}
