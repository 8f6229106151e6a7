import type { JsonObject } from '@backstage/types';
import type { Format, TransformableInfo } from 'logform';
import type * as Winston from 'winston';
import type { RootLoggerService } from '../../api';
import { colorFormat } from './color-format';
import { jsonFormat } from './json-format';
import { LevelFilter, type WinstonLoggerLevelOverride } from './level-filter';
import { LogPipeline } from './log-pipeline';
import { Redacter } from './redacter';

/** Options of {@link WinstonLogger.create}. */
export interface WinstonLoggerOptions {
  /** Added to every line. */
  meta?: JsonObject;
  /** The least grave level that is logged: `info` by default. The variable LOG_LEVEL wins over it. */
  level?: string;
  /** A format of winston or logform. JSON in production, coloured text otherwise. */
  format?: Format;
  /** Transports of winston. The standard output by default. */
  transports?: Winston.transport[];
}

/**
 * A logger on winston: takes its formats and transports, and behaves like a logger of it. Lines for
 * the standard output do not pass through winston's streams, which is most of what a line costs;
 * {@link WinstonLogger.toWinston} is there for code that wants a winston logger.
 */
export class WinstonLogger implements RootLoggerService {
  readonly #pipeline: LogPipeline;
  readonly #meta: JsonObject | undefined;

  private constructor(pipeline: LogPipeline, meta: JsonObject | undefined) {
    this.#pipeline = pipeline;
    this.#meta = meta;
  }

  static create(options: WinstonLoggerOptions): WinstonLogger {
    const format = process.env.NODE_ENV === 'production' ? jsonFormat : colorFormat;
    const pipeline = new LogPipeline({
      level: process.env.LOG_LEVEL || options.level || 'info',
      format: options.format ?? format(),
      transports: options.transports,
    });
    return new WinstonLogger(pipeline, options.meta);
  }

  /** A format that masks secrets in the finished line, and the function that adds secrets to it. */
  static redacter(): { format: Format; add: (redactions: Iterable<string>) => void } {
    const redacter = new Redacter();
    return { format: redacter.format(), add: redactions => redacter.add(redactions) };
  }

  /** The format for people, in colour. */
  static colorFormat(): Format {
    return colorFormat();
  }

  /** A format that drops lines by level, and the function that sets exceptions for certain lines. */
  static logLevelFilter(defaultLogLevel: keyof Winston.config.NpmConfigSetLevels): {
    format: Format;
    setOverrides: (overrides: WinstonLoggerLevelOverride[]) => void;
  } {
    const filter = new LevelFilter(String(defaultLogLevel));
    return {
      format: {
        transform: (info: TransformableInfo) =>
          filter.passes(info.level, name => info[name]) && info,
      },
      setOverrides: overrides => filter.setOverrides(overrides),
    };
  }

  error(message: string, meta?: Error | JsonObject): void {
    this.#pipeline.log('error', message, this.#meta, meta);
  }

  warn(message: string, meta?: Error | JsonObject): void {
    this.#pipeline.log('warn', message, this.#meta, meta);
  }

  info(message: string, meta?: Error | JsonObject): void {
    this.#pipeline.log('info', message, this.#meta, meta);
  }

  debug(message: string, meta?: Error | JsonObject): void {
    this.#pipeline.log('debug', message, this.#meta, meta);
  }

  /** A logger that adds `meta` to every line, and shares everything else, redactions included. */
  child(meta: JsonObject): WinstonLogger {
    return new WinstonLogger(this.#pipeline, Object.assign({}, this.#meta, meta));
  }

  /** Masks these texts, as `***`, in every line of this logger, its parents and its children. */
  addRedactions(redactions: Iterable<string>): void {
    this.#pipeline.redacter.add(redactions);
  }

  /** Shows these texts although they are secrets: words too common to be masked everywhere. */
  setAllowedRedactions(words: Iterable<string>): void {
    this.#pipeline.redacter.allow(words);
  }

  /** Sets other levels for certain lines, instead of those set before. */
  setLevelOverrides(overrides: WinstonLoggerLevelOverride[]): void {
    this.#pipeline.filter.setOverrides(overrides);
  }

  /**
   * Whether a line of this level may be logged: cheap, to save preparing lines that nobody sees.
   *
   * @param meta - what is known of the meta of the line already: level overrides may look at it
   */
  isLevelEnabled(level: string, meta?: JsonObject): boolean {
    return this.#pipeline.filter.mayPass(
      level,
      meta ? { ...this.#meta, ...meta } : (this.#meta ?? {}),
    );
  }

  /** A winston logger whose lines go the same way as those of this one. */
  toWinston(): Winston.Logger {
    const winston = this.#pipeline.winston();
    return this.#meta ? winston.child(this.#meta) : winston;
  }
}
