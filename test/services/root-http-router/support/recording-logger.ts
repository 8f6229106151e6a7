import type { LoggerService } from 'backstage-forklift';

interface Line {
  level: 'error' | 'warn' | 'info' | 'debug';
  message: string;
  meta: object;
}

/** Keeps what is logged. */
export class RecordingLogger implements LoggerService {
  constructor(
    readonly lines: Line[] = [],
    private readonly meta: object = {},
  ) {}

  error = this.#record('error');
  warn = this.#record('warn');
  info = this.#record('info');
  debug = this.#record('debug');

  child(meta: object): RecordingLogger {
    return new RecordingLogger(this.lines, { ...this.meta, ...meta });
  }

  /** The messages of a level. */
  messages(level: Line['level']): string[] {
    return this.lines.filter(line => line.level === level).map(line => line.message);
  }

  #record(level: Line['level']) {
    return (message: string, meta: object = {}) =>
      void this.lines.push({ level, message, meta: { ...this.meta, ...meta } });
  }
}
