import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type LoggerService,
  type RootConfigService,
  type ServiceFactory,
} from '../../api';
import { installedServicesRef } from '../../api/services/installed-services';
import { ExternalAccess } from './external/external-access';
import { externalTokenHandlersServiceRef } from './external/external-token-handler';
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

/** Read at start, so that a mistake in `backend.auth` is told once and before the backend listens. */
export const sharedAuthStateServiceRef = createServiceRef<SharedAuthState>({
  id: 'core.auth.sharedState',
  scope: 'root',
  defaultFactory: async (): Promise<ServiceFactory> => sharedAuthStateServiceFactory,
});

export const sharedAuthStateServiceFactory = createServiceFactory({
  service: sharedAuthStateServiceRef,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
    installed: installedServicesRef,
  },
  factory: ({ config, logger, installed }) =>
    createSharedAuthState(config, logger, {
      mayHaveOtherTypes: installed.mayHave(externalTokenHandlersServiceRef),
    }),
});

/**
 * @param options.mayHaveOtherTypes - whether plugins may know further types of external access
 * @throws Error when `backend.auth` is not valid
 */
export async function createSharedAuthState(
  config: RootConfigService,
  logger: LoggerService,
  { mayHaveOtherTypes = true } = {},
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
    externalAccess: ExternalAccess.fromConfig(config, { handlers, mayHaveOtherTypes, logger }),
    createKeySource: await readPluginKeySource(config),
    defaultAuthPolicyDisabled:
      config.getOptionalBoolean('backend.auth.dangerouslyDisableDefaultAuthPolicy') ?? false,
  };
}
