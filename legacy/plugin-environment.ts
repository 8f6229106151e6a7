import type { Logger } from 'winston';
import type {
  EventBroker,
  LegacyIdentityService,
  LegacyPermissionEvaluator,
  LegacyUrlReader,
  PluginCacheManager,
  SignalsService,
  TokenManager,
} from '../adapters';
import type {
  AuthService,
  DatabaseService,
  DiscoveryService,
  EventsService,
  HttpAuthService,
  RootConfigService,
  SchedulerService,
  UserInfoService,
} from '../lib/api';

/**
 * What the `createPlugin(env)` functions of old backends are given: every key that any release of the
 * old backend template had. Each is made when it is first used.
 */
export interface PluginEnvironment {
  logger: Logger;
  cache: PluginCacheManager;
  database: DatabaseService;
  config: RootConfigService;
  reader: LegacyUrlReader;
  discovery: DiscoveryService;
  tokenManager: TokenManager;
  permissions: LegacyPermissionEvaluator;
  scheduler: SchedulerService;
  identity: LegacyIdentityService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  userInfo: UserInfoService;
  events: EventsService;
  eventBroker: EventBroker;
  signals: SignalsService;
  /** Only where the dynamic plugins feature is installed; asking for it elsewhere is an error. */
  pluginProvider: any;
}
