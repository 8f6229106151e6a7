import type { LegacyIdentityService, TokenManager } from '../../../adapters';
import type {
  AuthService,
  DiscoveryService,
  HttpAuthService,
  UserInfoService,
} from '../../../lib/api';
import { LegacyAuth } from './legacy-auth';
import { LegacyHttpAuth } from './legacy-http-auth';
import { legacyUserInfo } from './legacy-user-info';
import { VerifyingIdentity } from './verifying-identity';

/**
 * What {@link createLegacyAuthAdapters} can work with.
 *
 * @deprecated Use `coreServices.auth`, `coreServices.httpAuth` and `coreServices.userInfo`.
 */
export interface LegacyAuthOptions {
  auth?: AuthService;
  httpAuth?: HttpAuthService;
  userInfo?: UserInfoService;
  identity?: LegacyIdentityService;
  tokenManager?: TokenManager;
  discovery: DiscoveryService;
}

/** The services that the options have a key for. */
export type LegacyAuthAdapters<TOptions> = (TOptions extends { auth?: AuthService }
  ? { auth: AuthService }
  : unknown) &
  (TOptions extends { httpAuth?: HttpAuthService } ? { httpAuth: HttpAuthService } : unknown) &
  (TOptions extends { userInfo?: UserInfoService } ? { userInfo: UserInfoService } : unknown);

/**
 * Gives the auth services to plugins that run in either kind of backend: those that they were given,
 * or else ones made from the identity service and token manager of an old backend.
 *
 * @deprecated Use `coreServices.auth`, `coreServices.httpAuth` and `coreServices.userInfo`.
 */
export function createLegacyAuthAdapters<
  TOptions extends LegacyAuthOptions,
  TAdapters = LegacyAuthAdapters<TOptions>,
>(options: TOptions): TAdapters {
  const { auth, httpAuth, userInfo = legacyUserInfo, tokenManager, discovery } = options;
  if (auth || httpAuth) {
    return { ...(auth && { auth }), ...(httpAuth && { httpAuth }), userInfo } as TAdapters;
  }
  const identity = options.identity ?? new VerifyingIdentity(discovery);
  const legacyAuth = new LegacyAuth(identity, tokenManager);
  return {
    auth: legacyAuth,
    httpAuth: new LegacyHttpAuth(legacyAuth),
    userInfo,
  } as TAdapters;
}
