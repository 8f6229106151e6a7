export type {
  WinstonLoggerLevelOverride,
  WinstonLoggerLevelOverrideMatchers,
} from './level-filter';
export {
  rootLoggerServiceFactory,
  type RootLoggerFactoryOptions,
} from './root-logger-service-factory';
export { WinstonLogger, type WinstonLoggerOptions } from './winston-logger';
