import { InputError } from '@backstage/errors';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { HttpAuthService } from '../../api';
import type { PluginScheduler } from './plugin-scheduler';

const PREFIX = '/.backstage/scheduler/v1/tasks';

/**
 * Lists, triggers and cancels the tasks of a plugin, with the paths of stock Backstage, and lets
 * services release one by force. Written out rather than as a router of express, since every plugin
 * with tasks has one and few are ever asked.
 */
export function schedulerRouter(
  scheduler: PluginScheduler,
  httpAuth: HttpAuthService | undefined,
): RequestHandler {
  return (request, response, next) => {
    if (!request.path.startsWith(PREFIX)) return next();
    handle(scheduler, httpAuth, request, response, next).catch(next);
  };
}

async function handle(
  scheduler: PluginScheduler,
  httpAuth: HttpAuthService | undefined,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const path = request.path.slice(PREFIX.length);
  if (request.method === 'GET' && (path === '' || path === '/')) {
    response.json({ tasks: await scheduler.report() });
    return;
  }
  const [, encodedId, action] = /^\/([^/]+)\/(trigger|cancel|release)\/?$/.exec(path) ?? [];
  if (request.method !== 'POST' || !encodedId) return next();
  const id = decodeId(encodedId);
  if (action === 'trigger') {
    await scheduler.triggerTask(id);
  } else if (action === 'cancel') {
    await scheduler.cancelTask(id);
  } else {
    // A run that does not heed its signal then overlaps the next one: nothing for a user to click on.
    if (!httpAuth) return next();
    await httpAuth.credentials(request, { allow: ['service'] });
    await scheduler.releaseTask(id);
  }
  response.status(200).end();
}

function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new InputError(`'${encoded}' is not a valid task id, it is not percent-encoded`);
  }
}
