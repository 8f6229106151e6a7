/** The service of the new system behind a key of the old environment. */
export interface ServiceMapping {
  /** The name it has in the new function's argument. */
  readonly name: string;
  readonly ref: string;
  readonly type: string;
}

function core(name: string, type: string, service = name): ServiceMapping {
  return { name, ref: `coreServices.${service}`, type };
}

/** Keys whose service behaves as the old value did. */
export const SAME_SERVICES: Readonly<Record<string, ServiceMapping>> = {
  logger: core('logger', 'LoggerService'),
  config: core('config', 'RootConfigService', 'rootConfig'),
  database: core('database', 'DatabaseService'),
  discovery: core('discovery', 'DiscoveryService'),
  scheduler: core('scheduler', 'SchedulerService'),
  reader: core('reader', 'UrlReaderService', 'urlReader'),
  cache: core('cache', 'CacheService'),
  permissions: core('permissions', 'PermissionsService'),
  auth: core('auth', 'AuthService'),
  httpAuth: core('httpAuth', 'HttpAuthService'),
  userInfo: core('userInfo', 'UserInfoService'),
};

/** What replaces `identity`: the caller's credentials, and what kind of caller it is. */
export const IDENTITY_SERVICES: readonly ServiceMapping[] = [
  SAME_SERVICES.auth,
  SAME_SERVICES.httpAuth,
];

/** The methods that a LoggerService has; winston's logger has more. */
export const LOGGER_METHODS: ReadonlySet<string> = new Set([
  'error',
  'warn',
  'info',
  'debug',
  'child',
]);
