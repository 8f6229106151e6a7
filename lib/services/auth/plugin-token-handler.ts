import { createServiceFactory, createServiceRef } from '../../api';

/** Issues and verifies the tokens by which plugins call each other. */
export interface PluginTokenHandler {
  /** @returns undefined when the token is not that of a plugin */
  verifyToken(token: string): Promise<{ subject: string; limitedUserToken?: string } | undefined>;
  issueToken(options: {
    pluginId: string;
    targetPluginId: string;
    onBehalfOf?: { limitedUserToken: string; expiresAt: Date };
  }): Promise<{ token: string }>;
}

/**
 * Wraps the default handler of plugin tokens with logic of one's own. Install a factory for this service
 * that returns `defaultImplementation => myHandler`.
 */
export const pluginTokenHandlerDecoratorServiceRef = createServiceRef<
  (defaultImplementation: PluginTokenHandler) => PluginTokenHandler
>({
  id: 'core.auth.pluginTokenHandlerDecorator',
  defaultFactory: async service =>
    createServiceFactory({ service, deps: {}, factory: () => handler => handler }),
});
