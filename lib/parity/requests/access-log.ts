import { LineCounter, parseDocument } from 'yaml';
import { ParityError } from '../errors';
import { BACKEND_PATH } from '../har-file';
import { isSafe, type ParityPrincipal, type ParityRequest } from '../request';
import { readAccessLogLine } from './access-log-line';
import { LongLineError, readLines } from './read-lines';

/** Options of {@link readAccessLog}. */
export interface AccessLogOptions {
  /**
   * In whose name the requests are sent, as no log tells; `none` unless told. Those that were answered
   * with 401 are sent in nobody's name.
   */
  as?: ParityPrincipal;
  /** Called for each request that is left out because it changes something: no log has its body. */
  onLeftOut?(): void;
}

/**
 * Reads the requests to a Backstage backend from an access log, or from the log of a backend, one line
 * at a time: Common and Combined Log Format, nginx, morgan, and lines of JSON (winston, pino, the log of
 * Backstage itself). Other lines are left out, and requests below other paths than `/api/` and
 * `/.backstage/`. A name that ends with `.gz` is one of a compressed file.
 *
 * @throws ParityError REQUESTS_UNREADABLE, or REQUESTS_INVALID with the line
 */
export async function* readAccessLog(
  file: string,
  { as = 'none', onLeftOut }: AccessLogOptions = {},
): AsyncGenerator<ParityRequest> {
  let found = false;
  try {
    for await (const [line, number] of readLines(file)) {
      const logged = readLine(line, `${file}:${number}`);
      const path = logged?.url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*/, '');
      if (!logged || !path || !BACKEND_PATH.test(path)) {
        continue;
      }
      found = true;
      if (isSafe(logged)) {
        const { method, status } = logged;
        yield { method, path, headers: {}, as: status === 401 ? 'none' : as };
      } else {
        onLeftOut?.();
      }
    }
  } catch (cause) {
    if (cause instanceof ParityError) {
      throw cause;
    }
    const { code, message } = cause as NodeJS.ErrnoException;
    if (cause instanceof LongLineError) {
      throw new ParityError('REQUESTS_INVALID', `${file}: ${message}`, { cause });
    }
    throw new ParityError('REQUESTS_UNREADABLE', `Cannot read the log '${file}' (${code})`, {
      cause,
    });
  }
  if (!found) {
    throw new ParityError(
      'REQUESTS_INVALID',
      `${file}: no line is about a request to a backend, below /api/ or /.backstage/. Expected lines such as 10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /api/catalog/entities HTTP/1.1" 200 5120, or of JSON with method and url`,
    );
  }
}

function readLine(line: string, place: string): ReturnType<typeof readAccessLogLine> {
  try {
    return readAccessLogLine(line);
  } catch (cause) {
    // V8 does not always say where; JSON is YAML, and that parser does.
    const lines = new LineCounter();
    const [error] = parseDocument(line, { lineCounter: lines }).errors;
    const column = error ? lines.linePos(error.pos[0]).col : 1;
    throw new ParityError(
      'REQUESTS_INVALID',
      `${place}:${column}: a line of JSON that is none: ${(cause as Error).message}`,
      { cause },
    );
  }
}
