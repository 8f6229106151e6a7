import type { JsonObject } from '@backstage/types';
import type { Request, RequestHandler, Response } from 'express';
import type { LoggerService } from '../../api';

const TYPE = { type: 'incomingRequest' };

/** A logger that can tell whether a line would be written, as ours can. */
interface LevelAwareLogger extends LoggerService {
  isLevelEnabled?(level: string, meta: JsonObject): boolean;
}

/** Logs a line for every answered request. */
export function loggingMiddleware(logger: LevelAwareLogger): RequestHandler {
  function onFinish(this: Response) {
    logRequest(this.req, this, logger);
  }
  return (_req, res, next) => {
    // Asked for each request, because levels may change while the backend runs.
    if (logger.isLevelEnabled?.('info', TYPE) ?? true) {
      res.on('finish', onFinish);
    }
    next();
  };
}

function logRequest(req: Request, res: Response, logger: LoggerService): void {
  const date = new Date().toISOString();
  const { method, headers } = req;
  const url = req.originalUrl ?? req.url;
  const httpVersion = `${req.httpVersionMajor}.${req.httpVersionMinor}`;
  const status = res.statusCode;
  const userAgent = headers['user-agent'];
  const contentLength = Number(res.getHeader('content-length'));
  const hasLength = isFinite(contentLength);
  const referrer = headers.referer ?? headers.referrer?.toString();

  const meta: JsonObject = {
    type: TYPE.type,
    date,
    method,
    url,
    status,
    httpVersion,
  };
  if (userAgent) {
    meta.userAgent = userAgent;
  }
  if (hasLength) {
    meta.contentLength = contentLength;
  }
  if (referrer) {
    meta.referrer = referrer;
  }
  logger.info(
    `[${date}] "${method} ${url} HTTP/${httpVersion}" ${status} ${hasLength ? contentLength : 0} "${referrer ?? '-'}" "${userAgent ?? '-'}"`,
    meta,
  );
}
