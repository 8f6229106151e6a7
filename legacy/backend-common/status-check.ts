import PromiseRouter from 'express-promise-router';
import type { RequestHandler, Router } from 'express';
import type { LoggerService } from '../../lib/api';
import { errorHandler } from './middleware';

/** @deprecated Use `coreServices.rootHealth`. */
export type StatusCheck = () => Promise<any>;

/** @deprecated Use `coreServices.rootHealth`. */
export interface StatusCheckHandlerOptions {
  /** Its result is the body of the answer; the check fails when it throws. */
  statusCheck?: StatusCheck;
}

/** @deprecated Use `coreServices.rootHealth`. */
export async function statusCheckHandler(
  options: StatusCheckHandlerOptions = {},
): Promise<RequestHandler> {
  const { statusCheck = async () => ({ status: 'ok' }) } = options;
  return (_req, res, next) => {
    statusCheck().then(status => res.status(200).json(status), next);
  };
}

/** @deprecated Use `coreServices.rootHealth`; backends answer `/.backstage/health/v1/readiness`. */
export async function createStatusCheckRouter(options: {
  logger: LoggerService;
  /** `/healthcheck` unless told. */
  path?: string;
  statusCheck?: StatusCheck;
}): Promise<Router> {
  const { path = '/healthcheck', statusCheck } = options;
  const router = PromiseRouter();
  router.use(path, await statusCheckHandler({ statusCheck }));
  router.use(errorHandler());
  return router;
}
