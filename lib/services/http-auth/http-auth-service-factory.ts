import { coreServices, createServiceFactory } from '../../api';
import { DefaultHttpAuthService } from './default-http-auth-service';

/**
 * Reads and writes credentials of HTTP requests.
 *
 * `backend.auth.cookie.hostOnly` keeps the `backstage-auth` cookie from subdomains.
 */
export const httpAuthServiceFactory = createServiceFactory({
  service: coreServices.httpAuth,
  deps: {
    auth: coreServices.auth,
    config: coreServices.rootConfig,
    discovery: coreServices.discovery,
    logger: coreServices.logger,
    plugin: coreServices.pluginMetadata,
  },
  factory: ({ auth, config, discovery, logger, plugin }) =>
    DefaultHttpAuthService.create({
      auth,
      discovery,
      pluginId: plugin.getId(),
      hostOnlyCookie: config.getOptionalBoolean('backend.auth.cookie.hostOnly'),
      logger,
    }),
});
