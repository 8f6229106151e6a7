import type { ErrorRequestHandler } from 'express';
import type {
  HttpRouterService,
  HttpRouterServiceAuthPolicy,
  LoggerService,
  RootConfigService,
} from '../lib/api';
import { describeRoutes } from './describe-routes';
import type { LegacyRouter } from './find-router';
import type { LegacyPluginDefinition } from './legacy-plugin-definition';
import { listRoutes } from './list-routes';
import type { Mount } from './mount';
import { restoreUrlOfErrors } from './restore-url-of-errors';

/** Puts a router into its place, behind the policies and middlewares, and logs its routes. */
export function mountRouter(
  { id, options }: LegacyPluginDefinition,
  { router, mount, onError }: { router: LegacyRouter; mount: Mount; onError: ErrorRequestHandler },
  policies: HttpRouterServiceAuthPolicy[],
  services: { config: RootConfigService; logger: LoggerService },
): void {
  for (const policy of policies) {
    mount.addAuthPolicy(policy);
  }
  for (const handler of [...(options.middlewares ?? []), router, onError, restoreUrlOfErrors]) {
    mount.use(handler as Parameters<HttpRouterService['use']>[0]);
  }
  logRoutes(id, { router, mount }, [...policies, ...(mount.policies ?? [])], services);
}

function logRoutes(
  id: string,
  { router, mount }: { router: LegacyRouter; mount: Mount },
  policies: HttpRouterServiceAuthPolicy[],
  { config, logger }: { config: RootConfigService; logger: LoggerService },
): void {
  if (config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy')) {
    logger.info(`Mounted legacy plugin '${id}' at ${mount.path}, with all routes open`);
    return;
  }
  const { summary, likelyOpen } = describeRoutes(listRoutes(router), policies);
  logger.info(`Mounted legacy plugin '${id}' at ${mount.path}: ${summary}`);
  if (likelyOpen.length > 0) {
    logger.warn(
      `Legacy plugin '${id}': ${likelyOpen.join(', ')} needed no token in the old backend and does ` +
        `now. Open such routes with the option { auth: { allow: ['/path'] } } or with ` +
        `backend.auth.policies in the configuration`,
    );
  }
}
