import type {
  EventBroker,
  LegacyIdentityService,
  LegacyPermissionEvaluator,
  PluginCacheManager,
  TokenManager,
} from '../../adapters';
import type {
  AuthService,
  DatabaseService,
  DiscoveryService,
  EventsService,
  HttpAuthService,
  LoggerService,
  RootConfigService,
  SchedulerService,
  UrlReaderService,
  UserInfoService,
} from '../../lib/api';

/** What `createEnv('x')` of an old backend gives. Services that it lacks are those of our backend. */
export interface LegacyBackendEnvironment {
  logger: LoggerService;
  config: RootConfigService;
  discovery: DiscoveryService;
  database?: DatabaseService;
  cache?: PluginCacheManager;
  reader?: UrlReaderService;
  scheduler?: Omit<SchedulerService, 'cancelTask'>;
  tokenManager?: TokenManager;
  identity?: LegacyIdentityService;
  permissions?: LegacyPermissionEvaluator;
  events?: EventsService;
  eventBroker?: EventBroker;
  auth?: AuthService;
  httpAuth?: HttpAuthService;
  userInfo?: UserInfoService;
}
