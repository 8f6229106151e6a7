import type { RootLoggerService } from '../../lib/api';

/** A logger that keeps `level: message` of every line. */
export function recordingLogger(): RootLoggerService & { lines: string[] } {
  const lines: string[] = [];
  const log = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const logger = {
    lines,
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: () => logger,
  };
  return logger;
}
