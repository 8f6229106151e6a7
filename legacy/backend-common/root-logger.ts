import type { Logger, LoggerOptions } from 'winston';
import type { TransformableInfo } from 'logform';
import { WinstonLogger } from '../../lib/services/root-logger';

const redacter = WinstonLogger.redacter();
let rootLogger: Logger | undefined;

/**
 * Lines for people, in colour.
 *
 * @deprecated Use `WinstonLogger.colorFormat()` of backstage-forklift/services.
 */
export const coloredFormat = WinstonLogger.colorFormat();

/**
 * Masks secrets of the configuration in a line.
 *
 * @deprecated The root logger of the new system does this by itself.
 */
export function redactWinstonLogLine(info: TransformableInfo): TransformableInfo {
  return redacter.format.transform(info) as TransformableInfo;
}

/** Masks these secrets in all lines of root loggers from now on. */
export function addRootLoggerRedactions(secrets: Iterable<string>): void {
  redacter.add(secrets);
}

/**
 * Creates a root logger, and makes it the one that {@link getRootLogger} gives.
 *
 * @param options - of winston; they win over what the environment says
 * @deprecated Use `coreServices.rootLogger`, or `WinstonLogger` of backstage-forklift/services.
 */
export function createRootLogger(
  options: LoggerOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): Logger {
  const { createLogger, format, transports } = require('winston') as typeof import('winston');
  const logger = createLogger({
    level: env.LOG_LEVEL || 'info',
    format: format.combine(
      env.NODE_ENV === 'production' ? format.json() : coloredFormat,
      redacter.format,
    ),
    transports: [new transports.Console()],
    ...options,
  }).child({ service: 'backstage' });
  setRootLogger(logger);
  return logger;
}

/** @deprecated Use `coreServices.rootLogger`. */
export function getRootLogger(): Logger {
  return rootLogger ?? createRootLogger();
}

/** @deprecated Add a factory for `coreServices.rootLogger` to the backend. */
export function setRootLogger(logger: Logger): void {
  rootLogger = logger;
}

/**
 * A logger that drops everything.
 *
 * @deprecated Use `mockServices.logger.mock()` of backstage-forklift/testing.
 */
export function getVoidLogger(): Logger {
  const { createLogger, transports } = require('winston') as typeof import('winston');
  return createLogger({ transports: [new transports.Console({ silent: true })] });
}
