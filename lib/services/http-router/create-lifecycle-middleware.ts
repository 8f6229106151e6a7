import { readDurationFromConfig } from '@backstage/config';
import { ServiceUnavailableError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import type { NextFunction, RequestHandler } from 'express';
import type { LifecycleService, RootConfigService } from '../../api';

/** Options of {@link createLifecycleMiddleware}. */
export interface LifecycleMiddlewareOptions {
  config: RootConfigService;
  lifecycle: LifecycleService;
}

const TIMEOUT_KEY = 'backend.lifecycle.startupRequestPauseTimeout';
const DEFAULT_TIMEOUT = 5000;

/**
 * Holds requests back until the plugin has started, for at most
 * `backend.lifecycle.startupRequestPauseTimeout` (5 s unless told), and refuses them with status 503
 * after that time and once the plugin shuts down.
 */
export function createLifecycleMiddleware(options: LifecycleMiddlewareOptions): RequestHandler {
  const { config, lifecycle } = options;
  const timeout = config.has(TIMEOUT_KEY)
    ? durationToMilliseconds(readDurationFromConfig(config, { key: TIMEOUT_KEY }))
    : DEFAULT_TIMEOUT;
  const waiting = new Map<NextFunction, NodeJS.Timeout>();
  let state: 'starting' | 'up' | 'down' = 'starting';

  function leave(next: 'up' | 'down') {
    state = next;
    for (const [proceed, timer] of waiting) {
      clearTimeout(timer);
      proceed(state === 'down' ? shuttingDown() : undefined);
    }
    waiting.clear();
  }
  lifecycle.addStartupHook(() => {
    if (state === 'starting') {
      leave('up');
    }
  });
  lifecycle.addShutdownHook(() => leave('down'));

  return (_req, _res, next) => {
    if (state === 'up') {
      next();
    } else if (state === 'down') {
      next(shuttingDown());
    } else {
      const timer = setTimeout(() => {
        waiting.delete(next);
        next(new ServiceUnavailableError('Service has not started up yet'));
      }, timeout);
      waiting.set(next, timer);
    }
  };
}

function shuttingDown() {
  return new ServiceUnavailableError('Service is shutting down');
}
