import { coreServices, createServiceFactory } from '../../api';
import { DefaultAuthService } from './default-auth-service';
import { DefaultPluginTokenHandler } from './default-plugin-token-handler';
import { externalTokenHandlersServiceRef } from './external/external-token-handler';
import { pluginTokenHandlerDecoratorServiceRef } from './plugin-token-handler';
import { sharedAuthStateServiceRef } from './shared-auth-state';
import { UserTokenHandler } from './user-token-handler';

/**
 * Issues and verifies tokens of plugins, and verifies those of users and external callers.
 *
 * Configured by `backend.auth`. The database is touched when the first key is needed, not at start.
 */
export const authServiceFactory = createServiceFactory({
  service: coreServices.auth,
  deps: {
    rootLogger: coreServices.rootLogger,
    logger: coreServices.logger,
    discovery: coreServices.discovery,
    plugin: coreServices.pluginMetadata,
    database: coreServices.database,
    shared: sharedAuthStateServiceRef,
    decoratePluginTokenHandler: pluginTokenHandlerDecoratorServiceRef,
    externalTokenHandlers: externalTokenHandlersServiceRef,
  },
  createRootContext: ({ shared, rootLogger }) => shared.externalAccess.announce(rootLogger),
  factory(deps) {
    const { plugin, logger, discovery, database, shared } = deps;
    const { clients, verified, defaultAuthPolicyDisabled } = shared;
    const pluginId = plugin.getId();
    const keySource = shared.createKeySource({ database, logger });
    const pluginTokens = new DefaultPluginTokenHandler({
      ownPluginId: pluginId,
      discovery,
      clients,
      verified,
      keySource,
      logger,
    });
    return new DefaultAuthService({
      pluginId,
      userTokens: new UserTokenHandler({ discovery, clients, verified, logger }),
      pluginTokens: deps.decoratePluginTokenHandler(pluginTokens),
      externalTokens: shared.externalAccess.forPlugin(pluginId, deps.externalTokenHandlers, logger),
      keySource,
      defaultAuthPolicyDisabled,
      logger,
    });
  },
});
