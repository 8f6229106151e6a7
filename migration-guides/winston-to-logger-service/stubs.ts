/**
 * What is known of the packages around loggers, as far as it decides whether a logger may become a
 * LoggerService. Everything else is unknown.
 */
export const STUBS: Readonly<Record<string, string>> = {
  winston: `
    export interface LeveledLogMethod {
      (message: string, callback: (...args: any[]) => void): Logger;
      (message: string, meta: any, callback: (...args: any[]) => void): Logger;
      (message: string, ...meta: any[]): Logger;
      (message: any): Logger;
      (infoObject: object): Logger;
    }
    export class Logger {
      private readonly winston: true;
      silent: boolean;
      level: string;
      levels: any;
      format: any;
      transports: any;
      exceptions: any;
      profilers: any;
      exitOnError: any;
      defaultMeta?: any;
      log: any; add: any; remove: any; clear: any; close: any; query: any; stream: any;
      startTimer: any; profile: any; configure: any; on: any; once: any; off: any; write: any; end: any;
      pipe: any; emit: any; isLevelEnabled: any; isErrorEnabled: any; isWarnEnabled: any;
      isInfoEnabled: any; isVerboseEnabled: any; isDebugEnabled: any; isSillyEnabled: any;
      error: LeveledLogMethod; warn: LeveledLogMethod; help: LeveledLogMethod; data: LeveledLogMethod;
      info: LeveledLogMethod; debug: LeveledLogMethod; prompt: LeveledLogMethod; http: LeveledLogMethod;
      verbose: LeveledLogMethod; input: LeveledLogMethod; silly: LeveledLogMethod;
      emerg: LeveledLogMethod; alert: LeveledLogMethod; crit: LeveledLogMethod;
      warning: LeveledLogMethod; notice: LeveledLogMethod;
      child(options: Object): this;
    }
    export function createLogger(options?: any): Logger;
    export const transports: any;
    export const format: any;
    export const config: any;
    declare const winston: { createLogger: typeof createLogger; transports: any; format: any };
    export default winston;
  `,
  '@backstage/backend-plugin-api': `
    type Json = string | number | boolean | null | undefined | { [key: string]: Json } | Json[];
    export interface LoggerService {
      error(message: string, meta?: Error | { [key: string]: Json }): void;
      warn(message: string, meta?: Error | { [key: string]: Json }): void;
      info(message: string, meta?: Error | { [key: string]: Json }): void;
      debug(message: string, meta?: Error | { [key: string]: Json }): void;
      child(meta: { [key: string]: Json }): LoggerService;
    }
    export type RootLoggerService = LoggerService;
    export const coreServices: any;
    export const createBackendPlugin: any;
    export const createBackendModule: any;
    export const createServiceFactory: any;
    export const createServiceRef: any;
    export const createExtensionPoint: any;
    export type AuthService = any;
    export type HttpAuthService = any;
    export type DiscoveryService = any;
    export type DatabaseService = any;
    export type CacheService = any;
    export type UrlReaderService = any;
    export type SchedulerService = any;
    export type PermissionsService = any;
    export type RootConfigService = any;
    export type UserInfoService = any;
  `,
  '@backstage/backend-common': `
    import { Logger } from 'winston';
    import { LoggerService } from '@backstage/backend-plugin-api';
    export function getVoidLogger(): Logger;
    export function getRootLogger(): Logger;
    export function loggerToWinstonLogger(logger: LoggerService, options?: any): Logger;
  `,
  '@backstage/backend-test-utils': `
    import { LoggerService } from '@backstage/backend-plugin-api';
    type Mock<T> = { [P in keyof T]: T[P] & { mock: any; [key: string]: any } };
    export const mockServices: {
      logger: { mock(partial?: any): Mock<LoggerService>; factory: any };
      [name: string]: any;
    };
  `,
  'backstage-forklift/testing': `
    import { LoggerService } from '@backstage/backend-plugin-api';
    export const mockServices: {
      logger: { mock(partial?: any): LoggerService; factory: any };
      [name: string]: any;
    };
  `,
};
