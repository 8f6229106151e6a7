import type { AuthKey } from '../auth-services/convert-auth-key';
import type { NewImport } from '../engine/edit-imports';
import { oldContractOf } from '../engine/old-contract';
import { LOGGER_METHODS, SAME_SERVICES, type ServiceMapping } from '../engine/service-mapping';
import type { TypeName } from '../engine/type-names';
import type { RouterOption } from './router-options';

/** The value that an option of a router gets in the new system. */
export interface OptionSource {
  readonly services: readonly ServiceMapping[];
  /** Made of the services' names. */
  readonly expression: string;
  readonly imports: readonly NewImport[];
  /** Made anew, as a router does by itself where the option may be left out. */
  readonly isMade?: true;
  /** Service factories that the backend has to add. */
  readonly factories?: readonly NewImport[];
}

const API = '@backstage/backend-plugin-api';
const COMMON = '@backstage/backend-common';

/**
 * `same`: the service itself is of the type. `old`: an old contract, which has to be made of services.
 * `client`: the plugin's connection to its database. `made`: what everybody makes of a service.
 */
type Form = 'same' | 'old' | 'client' | 'made';

interface KnownType {
  readonly packages: readonly string[];
  /** The key of the old environment that has the type. */
  readonly key: string;
  readonly form: Form;
}

function known(key: string, form: Form, ...packages: string[]): KnownType {
  return { key, form, packages };
}

/** Types that say which service is meant, by name, in the packages that have exported them. */
const KNOWN_TYPES: Readonly<Record<string, KnownType>> = {
  AuthService: known('auth', 'same', API),
  CacheClient: known('cache', 'same', COMMON),
  CacheService: known('cache', 'same', API),
  CatalogApi: known('catalog', 'made', '@backstage/catalog-client'),
  CatalogClient: known('catalog', 'made', '@backstage/catalog-client'),
  Config: known('config', 'same', '@backstage/config'),
  ConfigApi: known('config', 'same', '@backstage/core-plugin-api'),
  DatabaseService: known('database', 'same', API),
  DiscoveryApi: known(
    'discovery',
    'same',
    '@backstage/core-plugin-api',
    '@backstage/plugin-permission-common',
  ),
  DiscoveryService: known('discovery', 'same', API),
  HttpAuthService: known('httpAuth', 'same', API),
  IdentityApi: known('identity', 'old', '@backstage/plugin-auth-node'),
  Knex: known('database', 'client', 'knex'),
  Logger: known('logger', 'old', 'winston'),
  LoggerService: known('logger', 'same', API),
  PermissionAuthorizer: known('permissions', 'same', '@backstage/plugin-permission-common'),
  PermissionEvaluator: known('permissions', 'same', '@backstage/plugin-permission-common'),
  PermissionsService: known('permissions', 'same', API),
  TokenManager: known('tokenManager', 'old', COMMON),
  TokenManagerService: known('tokenManager', 'old', API),
  PluginCacheManager: known('cache', 'old', COMMON),
  PluginDatabaseManager: known('database', 'same', COMMON),
  PluginEndpointDiscovery: known('discovery', 'same', COMMON),
  PluginTaskScheduler: known('scheduler', 'same', '@backstage/backend-tasks'),
  RootConfigService: known('config', 'same', API),
  ScmIntegrationRegistry: known('integrations', 'made', '@backstage/integration'),
  ScmIntegrations: known('integrations', 'made', '@backstage/integration'),
  SchedulerService: known('scheduler', 'same', API),
  UrlReader: known('reader', 'same', COMMON),
  UrlReaderService: known('reader', 'same', API),
  UserInfoService: known('userInfo', 'same', API),
};

/** What old plugin files made of the environment by themselves. */
export type MadeKey = 'catalog' | 'integrations';

const MADE: Readonly<Record<MadeKey, OptionSource>> = {
  catalog: {
    services: [SAME_SERVICES.discovery],
    expression: 'new CatalogClient({ discoveryApi: discovery })',
    imports: [{ module: '@backstage/catalog-client', name: 'CatalogClient' }],
    isMade: true,
  },
  integrations: {
    services: [SAME_SERVICES.config],
    expression: 'ScmIntegrations.fromConfig(config)',
    imports: [{ module: '@backstage/integration', name: 'ScmIntegrations' }],
    isMade: true,
  },
};

/** What is known about the package whose router gets the option. */
export interface RouterPackage {
  readonly dependencies: Readonly<Record<string, string>>;
  /** It asks for permissions with tokens, which the new service does not take. */
  readonly passesTokens: boolean;
  /** What the package itself makes of services for an option. */
  make(option: RouterOption): OptionSource | undefined;
}

/** The value for an option of a type; undefined when the type does not say which service is meant. */
export function sourceOfType(
  types: readonly TypeName[],
  router: RouterPackage,
): OptionSource | undefined {
  const found = types.map(formOf);
  if (found.length === 0 || found.some(each => each === undefined)) return undefined;
  const keys = new Set(found.map(each => each?.key));
  if (keys.size > 1) return undefined;
  const best = found.find(each => each?.form === 'same') ?? found[0];
  return best && sourceOf(best.key, best.form, router);
}

/** The contract of the old system that a type stands for, and that auth services have replaced. */
export function authKeyOf(types: readonly TypeName[], passesTokens: boolean): AuthKey | undefined {
  const keys = new Set(types.map(each => formOf(each)?.key));
  const [key] = keys;
  if (keys.size !== 1) return undefined;
  if (key === 'permissions') return passesTokens ? key : undefined;
  return key === 'identity' || key === 'tokenManager' ? key : undefined;
}

/** The value that a key of the environment had, made of services. */
export function sourceOfKey(key: string, router: RouterPackage): OptionSource | undefined {
  return sourceOf(key, 'old', router) ?? sourceOf(key, 'same', router);
}

/** `database.getClient()` or `cache.getClient(options)` of the environment. */
export function sourceOfClient(key: string, options: string): OptionSource | undefined {
  if (key === 'database' && options === '') return client();
  if (key !== 'cache') return undefined;
  const expression = options === '' ? 'cache' : `cache.withOptions(${options})`;
  return { services: [SAME_SERVICES.cache], expression, imports: [] };
}

/** The value that an old plugin file made of the environment. */
export function sourceOfMade(key: MadeKey): OptionSource {
  return MADE[key];
}

function formOf({ package: from, name, members }: TypeName): KnownType | undefined {
  const type =
    name !== undefined && Object.hasOwn(KNOWN_TYPES, name) ? KNOWN_TYPES[name] : undefined;
  if (from !== undefined && type?.packages.includes(from)) return type;
  return isLogger(members) ? known('logger', 'same') : undefined;
}

/** True for types of services, also where the repository itself declares them. */
export function isService(type: TypeName): boolean {
  return formOf(type) !== undefined;
}

/** An object type of which a LoggerService has all members. */
function isLogger(members: readonly string[]): boolean {
  return members.includes('info') && members.every(each => LOGGER_METHODS.has(each));
}

function sourceOf(key: string, form: Form, router: RouterPackage): OptionSource | undefined {
  if (form === 'client') return client();
  if (form === 'made') return sourceOfMade(key as MadeKey);
  const isOld = form === 'old' || (key === 'permissions' && router.passesTokens);
  const old = isOld ? oldContractOf(key, router.dependencies) : undefined;
  if (old && !(key === 'permissions' && !router.passesTokens)) {
    const factories = old.factory ? [old.function] : [];
    const { services, expression } = old;
    return { services, expression, imports: [old.function], factories };
  }
  const service = Object.hasOwn(SAME_SERVICES, key) ? SAME_SERVICES[key] : undefined;
  return service && { services: [service], expression: service.name, imports: [] };
}

function client(): OptionSource {
  return {
    services: [SAME_SERVICES.database],
    expression: 'await database.getClient()',
    imports: [],
  };
}
