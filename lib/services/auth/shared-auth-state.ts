import type { LoggerService, RootConfigService } from '../../api';
import { ExternalAccess } from './external/external-access';
import { createJwksTokenHandler } from './external/jwks-token-handler';
import { createLegacyTokenHandler } from './external/legacy-token-handler';
import { staticTokenHandler } from './external/static-token-handler';
import { JwksClients } from './jwks-clients';
import { readPluginKeySource, type CreatePluginKeySource } from './keys/create-plugin-key-source';
import { VerifiedTokens } from './verified-tokens';

/** What the auth services of all plugins of a backend share. */
export interface SharedAuthState {
  clients: JwksClients;
  verified: VerifiedTokens;
  externalAccess: ExternalAccess;
  createKeySource: CreatePluginKeySource;
  /** `backend.auth.dangerouslyDisableDefaultAuthPolicy` */
  defaultAuthPolicyDisabled: boolean;
}

/** @throws Error when `backend.auth` is not valid */
export async function createSharedAuthState(
  config: RootConfigService,
  logger: LoggerService,
): Promise<SharedAuthState> {
  const clients = new JwksClients();
  const verified = new VerifiedTokens();
  const handlers = [
    staticTokenHandler,
    createLegacyTokenHandler(verified),
    createJwksTokenHandler(verified, clients),
  ];
  return {
    clients,
    verified,
    externalAccess: ExternalAccess.fromConfig(config, { handlers, logger }),
    createKeySource: await readPluginKeySource(config),
    defaultAuthPolicyDisabled:
      config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy') ?? false,
  };
}
