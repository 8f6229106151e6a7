import type { JsonObject } from '@backstage/types';
import type { Format, TransformableInfo } from 'logform';
import { MESSAGE } from 'triple-beam';
import type * as Winston from 'winston';
import type TransportStream from 'winston-transport';
import { LevelFilter } from './level-filter';
import { createLogInfo } from './log-info';
import { logLevels } from './log-levels';
import { Redacter } from './redacter';

/** What all children of a logger share: level, format, redaction and where lines go. */
export class LogPipeline {
  readonly filter: LevelFilter;
  readonly redacter = new Redacter();
  readonly #format: Format;
  readonly #transports: Winston.transport[] | undefined;
  #winston: Winston.Logger | undefined;

  /**
   * @param transports - where lines go; to the standard output when absent, straight, because the
   *   streams of winston and its console transport cost five times what a line costs otherwise
   */
  constructor(options: { level: string; format: Format; transports?: Winston.transport[] }) {
    this.filter = new LevelFilter(options.level);
    this.#format = options.format;
    this.#transports = options.transports;
  }

  log(
    level: string,
    message: string,
    loggerMeta: JsonObject | undefined,
    meta: Error | JsonObject | undefined,
  ): void {
    if (
      this.filter.isPlain
        ? !this.filter.passesLevel(level)
        : !this.#passes(level, message, loggerMeta, meta)
    ) {
      return;
    }
    const info = createLogInfo(level, message, loggerMeta, meta);
    if (this.#transports) {
      this.winston().write(info);
      return;
    }
    const line = this.#render(info);
    if (line) {
      print(line);
    }
  }

  /** The winston logger behind: made when it is first asked for, with the same way for its lines. */
  winston(): Winston.Logger {
    this.#winston ??= this.#createWinston();
    return this.#winston;
  }

  #passes(
    level: string,
    message: string,
    loggerMeta: JsonObject | undefined,
    meta: Error | JsonObject | undefined,
  ): boolean {
    const ofLine = meta as JsonObject | undefined;
    return this.filter.passes(level, name => {
      if (name === 'level') {
        return level;
      }
      if (name === 'message') {
        return message;
      }
      return ofLine && Object.hasOwn(ofLine, name) ? ofLine[name] : loggerMeta?.[name];
    });
  }

  #render(info: TransformableInfo): TransformableInfo | undefined {
    const formatted = this.#format.transform(info, this.#format.options);
    if (!formatted || typeof formatted !== 'object') {
      return undefined;
    }
    if (typeof formatted[MESSAGE] === 'string') {
      formatted[MESSAGE] = this.redacter.redact(formatted[MESSAGE]);
    }
    return formatted;
  }

  #createWinston(): Winston.Logger {
    const winston = require('winston') as typeof Winston;
    const format: Format = {
      transform: info => {
        if (!this.filter.passes(info.level, name => info[name])) {
          return false;
        }
        const line = this.#render(info);
        // Transports may have formats of their own, and write the meta: it is masked as well.
        return line ? this.redacter.redactInfo(line) : false;
      },
    };
    return winston.createLogger({
      levels: { ...logLevels },
      // The filter decides.
      level: 'silly',
      format,
      transports: this.#transports ?? [createConsoleTransport()],
    });
  }
}

function print(line: TransformableInfo): void {
  process.stdout.write(`${line[MESSAGE]}\n`);
}

function createConsoleTransport(): Winston.transport {
  const Transport = require('winston-transport') as typeof TransportStream;
  return new Transport({
    log(info: TransformableInfo, done: () => void) {
      print(info);
      done();
    },
  });
}
