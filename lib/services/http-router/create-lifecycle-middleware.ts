import { ServiceUnavailableError } from '@backstage/errors';
import type { NextFunction, RequestHandler } from 'express';
import type { LifecycleService, RootConfigService } from '../../api';
import { readLifecycleTimeouts } from '../root-http-router/read-lifecycle-timeouts';
import { OpenRequests } from './open-requests';

/** Options of {@link createLifecycleMiddleware}. */
export interface LifecycleMiddlewareOptions {
  config: RootConfigService;
  lifecycle: LifecycleService;
}

/**
 * Holds requests back until the plugin has started, for at most
 * `backend.lifecycle.startupRequestPauseTimeout` (5 s unless told), and refuses them with status 503
 * after that time and once the plugin shuts down. The shutdown waits for the requests that are being
 * answered, for at most `backend.lifecycle.requestDrainTimeout` (10 s unless told).
 */
export function createLifecycleMiddleware(options: LifecycleMiddlewareOptions): RequestHandler {
  const { config, lifecycle } = options;
  const { startupRequestPause, requestDrain } = readLifecycleTimeouts(config);
  const waiting = new Map<NextFunction, NodeJS.Timeout>();
  const open = new OpenRequests();
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
  lifecycle.addShutdownHook(() => {
    leave('down');
    return open.drain(requestDrain);
  });

  return (_req, res, next) => {
    if (state === 'down') {
      next(shuttingDown());
      return;
    }
    open.add(res);
    if (state === 'up') {
      next();
      return;
    }
    const timer = setTimeout(() => {
      waiting.delete(next);
      next(new ServiceUnavailableError('Service has not started up yet'));
    }, startupRequestPause);
    waiting.set(next, timer);
  };
}

function shuttingDown() {
  return new ServiceUnavailableError('Service is shutting down');
}
