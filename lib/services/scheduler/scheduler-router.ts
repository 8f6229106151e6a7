import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { PluginScheduler } from './plugin-scheduler';

const PREFIX = '/.backstage/scheduler/v1/tasks';

/**
 * Lists, triggers and cancels the tasks of a plugin, with the paths of stock Backstage. Written out
 * rather than as a router of express, since every plugin with tasks has one and few are ever asked.
 */
export function schedulerRouter(scheduler: PluginScheduler): RequestHandler {
  return (request, response, next) => {
    if (!request.path.startsWith(PREFIX)) return next();
    handle(scheduler, request, response, next).catch(next);
  };
}

async function handle(
  scheduler: PluginScheduler,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const path = request.path.slice(PREFIX.length);
  if (request.method === 'GET' && (path === '' || path === '/')) {
    response.json({ tasks: await scheduler.report() });
    return;
  }
  const [, id, action] = /^\/([^/]+)\/(trigger|cancel)\/?$/.exec(path) ?? [];
  if (request.method !== 'POST' || !id) return next();
  if (action === 'trigger') await scheduler.triggerTask(decodeURIComponent(id));
  else await scheduler.cancelTask(decodeURIComponent(id));
  response.status(200).end();
}
