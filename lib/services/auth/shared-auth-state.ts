import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  type LoggerService,
  type RootConfigService,
  type ServiceFactory,
} from '../../api';
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

/** Read at start, so that a mistake in `backend.auth` is told once and before the backend listens. */
export const sharedAuthStateServiceRef = createServiceRef<SharedAuthState>({
  id: 'core.auth.sharedState',
  scope: 'root',
  defaultFactory: async (): Promise<ServiceFactory> => sharedAuthStateServiceFactory,
});

export const sharedAuthStateServiceFactory = createServiceFactory({
  service: sharedAuthStateServiceRef,
  deps: { config: coreServices.rootConfig, logger: coreServices.rootLogger },
  factory: ({ config, logger }) => createSharedAuthState(config, logger),
});

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
