import type { JsonObject } from '@backstage/types';
import type { LoggerService, RootLoggerService } from '../../api';

const LEVELS = ['none', 'error', 'warn', 'info', 'debug'] as const;

/** The least severe messages that a mock logger prints. */
export type MockLoggerLevel = (typeof LEVELS)[number];

/** Prints to the console what its level lets through; nothing by default. */
export class MockRootLoggerService implements RootLoggerService {
  /** @throws Error when there is no such level */
  static create(options?: { level?: MockLoggerLevel }): MockRootLoggerService {
    const level = options?.level ?? 'none';
    if (!LEVELS.includes(level)) {
      throw new Error(`Invalid log level '${level}', possible values are ${LEVELS.join(', ')}`);
    }
    return new MockRootLoggerService(LEVELS.indexOf(level), {});
  }

  private constructor(
    private readonly threshold: number,
    private readonly fields: JsonObject,
  ) {}

  error(message: string, meta?: Error | JsonObject): void {
    this.print('error', message, meta);
  }

  warn(message: string, meta?: Error | JsonObject): void {
    this.print('warn', message, meta);
  }

  info(message: string, meta?: Error | JsonObject): void {
    this.print('info', message, meta);
  }

  debug(message: string, meta?: Error | JsonObject): void {
    this.print('debug', message, meta);
  }

  child(fields: JsonObject): LoggerService {
    return new MockRootLoggerService(this.threshold, { ...this.fields, ...fields });
  }

  private print(
    level: Exclude<MockLoggerLevel, 'none'>,
    message: string,
    meta?: Error | JsonObject,
  ): void {
    if (LEVELS.indexOf(level) > this.threshold) {
      return;
    }
    const labels = Object.entries(this.fields).map(([name, value]) => `${name}=${value}`);
    // eslint-disable-next-line no-console -- the output of a test runner is its console
    console[level](`${labels.join(',')} ${message}`.trimStart(), ...(meta ? [meta] : []));
  }
}
