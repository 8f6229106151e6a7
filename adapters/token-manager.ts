import { AuthenticationError } from '@backstage/errors';
import type { AuthService, LoggerService, RootConfigService } from '../lib/api';
import { reuseToken } from './reuse-token';
import { readServerTokenKeys, ServerTokenManager } from './server-token-manager';

/**
 * Issues and checks tokens for calls between plugins, in the old system.
 *
 * @deprecated Use `coreServices.auth`.
 */
export interface TokenManager {
  /** A token for calls to any plugin of this deployment. Ask anew for each call. */
  getToken(): Promise<{ token: string }>;
  /** @throws AuthenticationError when the token is not one of a plugin or service */
  authenticate(token: string): Promise<void>;
}

/** What a token manager is made of. */
export interface TokenManagerServices {
  auth: AuthService;
  config: RootConfigService;
  logger: LoggerService;
  /** The ids of all plugins of the deployment that the token may be used for. */
  getPluginIds(): Promise<string[]>;
}

/**
 * The token manager of old plugins, by the auth service.
 *
 * With shared keys in the configuration its tokens are those of old backends, which take them too.
 * Without, they are plugin tokens that all plugins of this deployment accept, and nobody else.
 */
export function createTokenManager(services: TokenManagerServices): TokenManager {
  const { auth, config, logger } = services;
  const hasKeys = readServerTokenKeys(config).length > 0;
  const shared = hasKeys && ServerTokenManager.fromConfig(config, { logger });
  return {
    getToken: shared ? () => shared.getToken() : issuePluginTokens(services),
    async authenticate(token) {
      const credentials = token && (await auth.authenticate(token));
      if (!credentials || !auth.isPrincipal(credentials, 'service')) {
        throw new AuthenticationError('Invalid server token');
      }
      if (credentials.principal.accessRestrictions) {
        // Whoever asks takes the caller for a plugin and lets it do everything.
        throw new AuthenticationError(
          'Invalid server token: its access is restricted, which old plugins can not respect',
        );
      }
    },
  };
}

function issuePluginTokens({ auth, getPluginIds }: TokenManagerServices) {
  return reuseToken(async () =>
    auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      // The audience of a JWT may be a list: callers do not say which plugin the token is for.
      targetPluginId: (await getPluginIds()) as unknown as string,
    }),
  );
}
