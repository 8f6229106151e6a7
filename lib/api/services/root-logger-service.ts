import type { LoggerService } from './logger-service';

/** The log of the backend. */
export interface RootLoggerService extends LoggerService {}
