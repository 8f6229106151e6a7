import type { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { RootConfigService, RootHealthService } from '../../api';

const HEADERS_KEY = 'backend.health.headers';

/**
 * Serves `/.backstage/health/v1/readiness` and `.../liveness`.
 *
 * @throws Error when `backend.health.headers` holds a name or value that is empty or no string
 */
export function createHealthRouter(options: {
  health: RootHealthService;
  config: RootConfigService;
}): Router {
  const { health, config } = options;
  const headers = readHeaders(config);
  const router = PromiseRouter();
  const serve = (path: string, get: () => ReturnType<RootHealthService['getReadiness']>) => {
    router.get(path, async (_req, res) => {
      const { status, payload } = await get();
      if (headers) {
        res.setHeaders(headers);
      }
      res.status(status).json(payload);
    });
  };
  serve('/.backstage/health/v1/readiness', () => health.getReadiness());
  serve('/.backstage/health/v1/liveness', () => health.getLiveness());
  return router;
}

function readHeaders(config: RootConfigService): Headers | undefined {
  const headers = config.getOptionalConfig(HEADERS_KEY)?.get<{ [name in string]: string }>();
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!name) {
      throw new Error(`Invalid header name in ${HEADERS_KEY}, must be a non-empty string`);
    }
    if (!value || typeof value !== 'string') {
      throw new Error(
        `Invalid value of header '${name}' in ${HEADERS_KEY}, must be a non-empty string`,
      );
    }
  }
  return headers && new Headers(headers);
}
