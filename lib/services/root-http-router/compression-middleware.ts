import type { RequestHandler } from 'express';
import { BackendResponse } from './backend-response';

/** Content types are few, but handlers may set any. */
const KNOWN_TYPES = 200;

/**
 * Compresses bodies as the `compression` library does, and by it. Responses of our own server call it
 * only when a body begins that is large enough to be compressed.
 */
export function compressionMiddleware(): RequestHandler {
  const library = require('compression') as typeof import('compression');
  const compress = library();
  const compressibleTypes = new Map<unknown, boolean>();

  function isCompressible(res: BackendResponse): boolean {
    const type = res.getHeader('Content-Type');
    let known = compressibleTypes.get(type);
    if (known === undefined) {
      known = library.filter(res.req as never, res as never);
      if (compressibleTypes.size < KNOWN_TYPES) {
        compressibleTypes.set(type, known);
      }
    }
    return known;
  }

  return (req, res, next) => {
    if (!BackendResponse.compressLate(res, compress, isCompressible)) {
      compress(req, res, next);
      return;
    }
    next();
  };
}
